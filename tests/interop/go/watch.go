package main

import (
	pubsub "github.com/libp2p/go-libp2p-pubsub"
	"github.com/libp2p/go-libp2p/core/event"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
)

// watchIdentify keeps the newest identification of each peer. It ends with
// the process.
func (self *node) watchIdentify() error {
	events, err := self.host.EventBus().Subscribe(new(event.EvtPeerIdentificationCompleted))
	if err != nil {
		return err
	}
	go func() {
		for item := range events.Out() {
			seen := item.(event.EvtPeerIdentificationCompleted)
			self.mutex.Lock()
			self.identified[seen.Peer] = seen
			self.mutex.Unlock()
		}
	}()
	return nil
}

// foundWatch reports what discovery finds, and leaves the dialling to the
// runner.
type foundWatch struct{}

func (foundWatch) HandlePeerFound(info peer.AddrInfo) {
	say(object{"ev": "found", "peer": info.ID.String(), "addrs": texts(info.Addrs)})
}

// meshWatch follows the mesh, which go-libp2p-pubsub shows to tracers only.
type meshWatch struct{ node *node }

func (watch *meshWatch) Graft(id peer.ID, topic string) {
	watch.node.mutex.Lock()
	defer watch.node.mutex.Unlock()
	if watch.node.mesh[topic] == nil {
		watch.node.mesh[topic] = map[peer.ID]bool{}
	}
	watch.node.mesh[topic][id] = true
}

func (watch *meshWatch) Prune(id peer.ID, topic string) {
	watch.node.mutex.Lock()
	defer watch.node.mutex.Unlock()
	delete(watch.node.mesh[topic], id)
}

func (watch *meshWatch) Leave(topic string) {
	watch.node.mutex.Lock()
	defer watch.node.mutex.Unlock()
	delete(watch.node.mesh, topic)
}

// A peer that goes leaves every mesh without a Prune.
func (watch *meshWatch) OnClosedOutboundStream(id peer.ID) {
	watch.node.mutex.Lock()
	defer watch.node.mutex.Unlock()
	for _, members := range watch.node.mesh {
		delete(members, id)
	}
}

func (*meshWatch) OnNewOutboundStream(peer.ID, protocol.ID) {}
func (*meshWatch) Join(string)                              {}
func (*meshWatch) ValidateMessage(*pubsub.Message)          {}
func (*meshWatch) DeliverMessage(*pubsub.Message)           {}
func (*meshWatch) RejectMessage(*pubsub.Message, string)    {}
func (*meshWatch) DuplicateMessage(*pubsub.Message)         {}
func (*meshWatch) ThrottlePeer(peer.ID)                     {}
func (*meshWatch) RecvRPC(*pubsub.RPC)                      {}
func (*meshWatch) SendRPC(*pubsub.RPC, peer.ID)             {}
func (*meshWatch) DropRPC(*pubsub.RPC, peer.ID)             {}
func (*meshWatch) UndeliverableMessage(*pubsub.Message)     {}
