package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"sync"

	"github.com/libp2p/go-libp2p"
	pubsub "github.com/libp2p/go-libp2p-pubsub"
	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/event"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/pnet"
	"github.com/libp2p/go-libp2p/core/protocol"
	"github.com/libp2p/go-libp2p/p2p/discovery/mdns"
	"github.com/libp2p/go-libp2p/p2p/muxer/yamux"
	"github.com/libp2p/go-libp2p/p2p/security/noise"
	"github.com/libp2p/go-libp2p/p2p/transport/tcp"
)

// queueSize replaces queues of 32 entries in go-libp2p-pubsub, which drop what
// does not fit: a burst must not be lost by the peer that checks it.
const queueSize = 4096

// rsaBits is the smallest RSA key go-libp2p accepts.
const rsaBits = 2048

// node is a go-libp2p host with gossip, and what was seen of its peers.
type node struct {
	host   host.Host
	gossip *pubsub.PubSub

	mutex      sync.Mutex
	topics     map[string]*membership
	identified map[peer.ID]event.EvtPeerIdentificationCompleted
	mesh       map[string]map[peer.ID]bool
}

// startNode builds the node from the environment and listens: LISTEN, SEED (64
// hex digits, an Ed25519 key), KEY_TYPE (ed25519, rsa, secp256k1), MDNS_TAG
// (a service name), MESHSUB (the only version to speak, like 1.1.0) and
// NETWORK_KEY (the file of a private network).
func startNode(ctx context.Context) (*node, error) {
	key, err := privateKey()
	if err != nil {
		return nil, err
	}
	self := &node{
		topics:     map[string]*membership{},
		identified: map[peer.ID]event.EvtPeerIdentificationCompleted{},
		mesh:       map[string]map[peer.ID]bool{},
	}
	privacy, err := privateNetwork()
	if err != nil {
		return nil, err
	}
	self.host, err = libp2p.New(
		privacy,
		libp2p.Identity(key),
		libp2p.ListenAddrStrings(environment("LISTEN", "/ip4/127.0.0.1/tcp/0")),
		libp2p.Transport(tcp.NewTCPTransport),
		libp2p.Security(noise.ID, noise.New),
		libp2p.Muxer(yamux.ID, yamux.DefaultTransport),
		libp2p.DisableRelay(),
		libp2p.DisableMetrics(),
	)
	if err != nil {
		return nil, err
	}
	if err := self.watchIdentify(); err != nil {
		return nil, err
	}
	self.gossip, err = pubsub.NewGossipSub(ctx, self.host, gossipOptions(self)...)
	if err != nil {
		return nil, err
	}
	return self, self.startDiscovery()
}

func gossipOptions(self *node) []pubsub.Option {
	options := []pubsub.Option{
		pubsub.WithRawTracer(&meshWatch{node: self}),
		pubsub.WithPeerOutboundQueueSize(queueSize),
		pubsub.WithValidateQueueSize(queueSize),
	}
	if version := os.Getenv("MESHSUB"); version != "" {
		only := []protocol.ID{protocol.ID("/meshsub/" + version)}
		options = append(options,
			pubsub.WithGossipSubProtocols(only, pubsub.GossipSubDefaultFeatures))
	}
	return options
}

func (self *node) startDiscovery() error {
	tag, wanted := os.LookupEnv("MDNS_TAG")
	if !wanted {
		return nil
	}
	return mdns.NewMdnsService(self.host, tag, foundWatch{}).Start()
}

// address is the first listening address, complete with the peer id.
func (self *node) address() string {
	return fmt.Sprintf("%s/p2p/%s", self.host.Addrs()[0], self.host.ID())
}

func privateKey() (crypto.PrivKey, error) {
	if text := os.Getenv("SEED"); text != "" {
		seed, err := hex.DecodeString(text)
		if err != nil || len(seed) != ed25519.SeedSize {
			return nil, fmt.Errorf("SEED is not %d bytes in hexadecimal", ed25519.SeedSize)
		}
		return crypto.UnmarshalEd25519PrivateKey(ed25519.NewKeyFromSeed(seed))
	}
	kinds := map[string]int{
		"ed25519": crypto.Ed25519, "rsa": crypto.RSA, "secp256k1": crypto.Secp256k1,
	}
	name := environment("KEY_TYPE", "ed25519")
	kind, known := kinds[name]
	if !known {
		return nil, fmt.Errorf("no key type %q", name)
	}
	key, _, err := crypto.GenerateKeyPairWithReader(kind, rsaBits, rand.Reader)
	return key, err
}

// privateNetwork is the option for NETWORK_KEY, or one that does nothing.
func privateNetwork() (libp2p.Option, error) {
	path := os.Getenv("NETWORK_KEY")
	if path == "" {
		return libp2p.ChainOptions(), nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	key, err := pnet.DecodeV1PSK(file)
	if err != nil {
		return nil, err
	}
	return libp2p.PrivateNetwork(key), nil
}

func environment(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}
