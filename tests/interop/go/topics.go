package main

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"strconv"

	pubsub "github.com/libp2p/go-libp2p-pubsub"
)

// membership is a topic this node publishes to; subscription is nil while it
// does not also listen.
type membership struct {
	handle       *pubsub.Topic
	subscription *pubsub.Subscription
}

// join returns the membership of the topic; the first time it is made.
func (self *node) join(topic string) (*membership, error) {
	self.mutex.Lock()
	member, known := self.topics[topic]
	self.mutex.Unlock()
	if known {
		return member, nil
	}
	// Joining calls the mesh watch, so the lock must not be held here; only
	// the command loop joins, so nobody else makes the same membership.
	handle, err := self.gossip.Join(topic)
	if err != nil {
		return nil, err
	}
	member = &membership{handle: handle}
	self.mutex.Lock()
	self.topics[topic] = member
	self.mutex.Unlock()
	return member, nil
}

func subscribe(ctx context.Context, node *node, topic string) (object, error) {
	member, err := node.join(topic)
	if err != nil {
		return nil, err
	}
	if member.subscription == nil {
		member.subscription, err = member.handle.Subscribe(pubsub.WithBufferSize(queueSize))
		if err != nil {
			return nil, err
		}
		go node.listen(ctx, member.subscription)
	}
	return object{"ev": "subscribed", "topic": topic}, nil
}

func unsubscribe(_ context.Context, node *node, topic string) (object, error) {
	member := node.topics[topic]
	if member == nil || member.subscription == nil {
		return nil, errors.New("not subscribed")
	}
	member.subscription.Cancel()
	member.subscription = nil
	return object{"ev": "unsubscribed", "topic": topic}, nil
}

func publish(ctx context.Context, node *node, topic string, data []byte) (object, error) {
	member, err := node.join(topic)
	if err != nil {
		return nil, err
	}
	if err := member.handle.Publish(ctx, data); err != nil {
		return nil, err
	}
	return object{"ev": "published", "n": 1}, nil
}

// listen reports what a subscription brings until it is cancelled. Own
// messages come along too and are left out.
func (self *node) listen(ctx context.Context, subscription *pubsub.Subscription) {
	for {
		message, err := subscription.Next(ctx)
		if err != nil {
			return
		}
		if message.GetFrom() == self.host.ID() {
			continue
		}
		say(object{
			"ev":    "msg",
			"topic": message.GetTopic(),
			"from":  message.GetFrom().String(),
			"hex":   hex.EncodeToString(message.Data),
			"seqno": sequenceText(message.Seqno),
		})
	}
}

// sequenceText is text because the number counts nanoseconds and is larger
// than what JSON readers keep exact; nil if it is not the usual eight bytes.
func sequenceText(raw []byte) any {
	if len(raw) != 8 {
		return nil
	}
	return strconv.FormatUint(binary.BigEndian.Uint64(raw), 10)
}
