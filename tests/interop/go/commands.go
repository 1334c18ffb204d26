package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/p2p/protocol/ping"
)

// patience bounds a command that waits for the network.
const patience = 20 * time.Second

type verb func(ctx context.Context, node *node, rest string) (object, error)

var verbs = map[string]verb{
	"dial":      dial,
	"ping":      pingOnce,
	"identify":  identify,
	"sub":       subscribe,
	"unsub":     unsubscribe,
	"pubtext":   publishText,
	"pubhex":    publishHex,
	"burst":     publishBurst,
	"inject":    inject,
	"cut":       cut,
	"subs":      subscribers,
	"mesh":      mesh,
	"peers":     peers,
	"waitpeers": waitPeers,
}

func dial(ctx context.Context, node *node, address string) (object, error) {
	info, err := peer.AddrInfoFromString(address)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := node.host.Connect(ctx, *info); err != nil {
		return nil, err
	}
	return object{"ev": "dialed", "peer": info.ID.String()}, nil
}

// pingOnce opens a stream for one ping. go-libp2p would go on pinging on it
// until the context ends.
func pingOnce(ctx context.Context, node *node, text string) (object, error) {
	id, err := peer.Decode(text)
	if err != nil {
		return nil, err
	}
	if node.host.Network().Connectedness(id) != network.Connected {
		return nil, errors.New("not connected")
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	result, ok := <-ping.Ping(ctx, node.host, id)
	if !ok {
		return nil, errors.New("no answer in time")
	}
	if result.Error != nil {
		return nil, result.Error
	}
	return object{"ev": "ping", "rtt_us": float64(result.RTT) / float64(time.Microsecond)}, nil
}

func identify(_ context.Context, node *node, text string) (object, error) {
	id, err := peer.Decode(text)
	if err != nil {
		return nil, err
	}
	node.mutex.Lock()
	seen, known := node.identified[id]
	node.mutex.Unlock()
	if !known {
		return nil, errors.New("not identified yet")
	}
	return object{
		"ev":        "identify",
		"peer":      id.String(),
		"agent":     seen.AgentVersion,
		"protocols": seen.Protocols,
		"addrs":     texts(seen.ListenAddrs),
		"observed":  fmt.Sprint(seen.ObservedAddr),
		// go-libp2p passes a record on only after it has verified it.
		"record": seen.SignedPeerRecord != nil,
		"early":  seen.Conn.ConnState().UsedEarlyMuxerNegotiation,
	}, nil
}

func publishText(ctx context.Context, node *node, rest string) (object, error) {
	topic, text, _ := strings.Cut(rest, " ")
	return publish(ctx, node, topic, []byte(text))
}

func publishHex(ctx context.Context, node *node, rest string) (object, error) {
	topic, text, _ := strings.Cut(rest, " ")
	data, err := hex.DecodeString(text)
	if err != nil {
		return nil, err
	}
	return publish(ctx, node, topic, data)
}

func publishBurst(ctx context.Context, node *node, rest string) (object, error) {
	words := strings.SplitN(rest, " ", 3)
	if len(words) < 3 {
		return nil, errors.New("burst TOPIC N PREFIX")
	}
	count, err := strconv.Atoi(words[1])
	if err != nil {
		return nil, err
	}
	for index := range count {
		text := fmt.Sprintf("%s-%d", words[2], index)
		if _, err := publish(ctx, node, words[0], []byte(text)); err != nil {
			return nil, err
		}
	}
	return object{"ev": "published", "n": count}, nil
}

// cut resets the gossip streams of one direction, as go-libp2p-pubsub does when
// it takes the other side for dead.
func cut(_ context.Context, node *node, rest string) (object, error) {
	text, name, _ := strings.Cut(rest, " ")
	id, err := peer.Decode(text)
	if err != nil {
		return nil, err
	}
	directions := map[string]network.Direction{"in": network.DirInbound, "out": network.DirOutbound}
	direction, known := directions[name]
	if !known {
		return nil, fmt.Errorf("no direction %q", name)
	}
	count := 0
	for _, connection := range node.host.Network().ConnsToPeer(id) {
		for _, stream := range connection.GetStreams() {
			isGossip := strings.HasPrefix(string(stream.Protocol()), "/meshsub/")
			if isGossip && stream.Stat().Direction == direction {
				_ = stream.Reset()
				count++
			}
		}
	}
	if count == 0 {
		return nil, errors.New("no such stream")
	}
	return object{"ev": "cut", "n": count}, nil
}

func subscribers(_ context.Context, node *node, topic string) (object, error) {
	return object{"ev": "subs", "topic": topic, "peers": texts(node.gossip.ListPeers(topic))}, nil
}

func mesh(_ context.Context, node *node, topic string) (object, error) {
	node.mutex.Lock()
	defer node.mutex.Unlock()
	members := []string{}
	for id := range node.mesh[topic] {
		members = append(members, id.String())
	}
	return object{"ev": "mesh", "topic": topic, "mesh": len(members), "peers": members}, nil
}

func peers(_ context.Context, node *node, _ string) (object, error) {
	return object{"ev": "peers", "peers": texts(node.host.Network().Peers())}, nil
}

func waitPeers(_ context.Context, node *node, text string) (object, error) {
	wanted, err := strconv.Atoi(text)
	if err != nil {
		return nil, err
	}
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if connected := node.host.Network().Peers(); len(connected) >= wanted {
			return object{"ev": "waited", "peers": texts(connected)}, nil
		}
	}
	return nil, errors.New("too few peers in time")
}

// texts never returns nil, which JSON would show as null.
func texts[T fmt.Stringer](items []T) []string {
	list := make([]string, 0, len(items))
	for _, item := range items {
		list = append(list, item.String())
	}
	return list
}
