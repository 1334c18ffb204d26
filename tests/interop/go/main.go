// Gopeer is a small go-libp2p node for the interoperability tests: text
// commands on standard input, JSON lines on standard output, logs on standard
// error. The commands are those of ../README.md.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"log"
	"os"
	"strings"
	"sync"
)

// maxLine is the longest command line: the largest message in hexadecimal.
const maxLine = 4 << 20

// object is one line of output.
type object map[string]any

var output struct {
	sync.Mutex
	*json.Encoder
}

// say prints one line. Commands, subscriptions and discovery all speak, hence
// the lock. A reader that went away is noticed at the end of standard input.
func say(line object) {
	output.Lock()
	defer output.Unlock()
	_ = output.Encode(line)
}

func sayError(command string, err error) {
	say(object{"ev": "error", "cmd": command, "message": err.Error()})
}

func main() {
	output.Encoder = json.NewEncoder(os.Stdout)
	ctx := context.Background()
	node, err := startNode(ctx)
	if err != nil {
		log.Fatal(err)
	}
	say(object{"ev": "ready", "addr": node.address(), "peer": node.host.ID().String()})

	// Commands are carried out one after another, but the end of input must
	// be seen even while one of them waits for the network.
	commands := make(chan string, 64)
	go func() {
		for line := range commands {
			obey(ctx, node, line)
		}
	}()
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, maxLine)
	for lines.Scan() && lines.Text() != "quit" {
		commands <- lines.Text()
	}
}

func obey(ctx context.Context, node *node, line string) {
	command, rest, _ := strings.Cut(line, " ")
	carryOut, known := verbs[command]
	if !known {
		say(object{"ev": "error", "cmd": command, "message": "unknown command"})
		return
	}
	answer, err := carryOut(ctx, node, rest)
	if err != nil {
		sayError(command, err)
		return
	}
	say(answer)
}
