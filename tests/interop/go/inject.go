package main

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"strings"
	"time"

	pubsub "github.com/libp2p/go-libp2p-pubsub"
	pb "github.com/libp2p/go-libp2p-pubsub/pb"
	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/peer"
	"google.golang.org/protobuf/proto"
)

// forgery makes one message out of an honest, signed one.
type forgery struct {
	name  string
	spoil func(message *pb.Message) error
}

// The honest message comes last, on the same stream: when it has arrived, the
// ones before it have been judged.
var forgeries = []forgery{
	{"unsigned", func(message *pb.Message) error {
		message.Signature = nil
		return nil
	}},
	{"damaged", func(message *pb.Message) error {
		message.Signature[0] ^= 1
		return nil
	}},
	{"impersonated", func(message *pb.Message) error {
		_, public, err := crypto.GenerateEd25519Key(rand.Reader)
		if err != nil {
			return err
		}
		victim, err := peer.IDFromPublicKey(public)
		message.From = []byte(victim)
		return err
	}},
	{"honest", func(*pb.Message) error { return nil }},
}

// inject writes "TEXT-unsigned", "TEXT-damaged", "TEXT-impersonated" and
// "TEXT-honest" to every subscriber of TOPIC on a stream of its own, past
// go-libp2p-pubsub, which would not send the first three.
func inject(ctx context.Context, node *node, rest string) (object, error) {
	topic, text, _ := strings.Cut(rest, " ")
	targets := node.gossip.ListPeers(topic)
	if len(targets) == 0 {
		return nil, errors.New("nobody is subscribed")
	}
	var frames []byte
	for index, forgery := range forgeries {
		frame, err := node.forge(forgery, topic, text, uint64(index))
		if err != nil {
			return nil, err
		}
		frames = append(frames, frame...)
	}
	for _, target := range targets {
		// The stream stays open: closing it would take back subscriptions.
		stream, err := node.host.NewStream(ctx, target,
			pubsub.GossipSubID_v12, pubsub.GossipSubID_v11, pubsub.GossipSubID_v10)
		if err != nil {
			return nil, err
		}
		if _, err := stream.Write(frames); err != nil {
			return nil, err
		}
	}
	return object{"ev": "injected", "n": len(forgeries)}, nil
}

// forge returns one length-prefixed RPC with one message.
func (self *node) forge(forgery forgery, topic, text string, index uint64) ([]byte, error) {
	sequence := uint64(time.Now().UnixNano()) + index
	message := &pb.Message{
		From:  []byte(self.host.ID()),
		Data:  []byte(text + "-" + forgery.name),
		Seqno: binary.BigEndian.AppendUint64(nil, sequence),
		Topic: &topic,
	}
	plain, err := proto.Marshal(message)
	if err != nil {
		return nil, err
	}
	key := self.host.Peerstore().PrivKey(self.host.ID())
	message.Signature, err = key.Sign(append([]byte(pubsub.SignPrefix), plain...))
	if err != nil {
		return nil, err
	}
	if err := forgery.spoil(message); err != nil {
		return nil, err
	}
	rpc, err := proto.Marshal(&pb.RPC{Publish: []*pb.Message{message}})
	if err != nil {
		return nil, err
	}
	return append(binary.AppendUvarint(nil, uint64(len(rpc))), rpc...), nil
}
