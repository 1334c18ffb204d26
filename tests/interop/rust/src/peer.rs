//! The peer: commands in, answers out, and what the network says in between.

use std::collections::{HashMap, VecDeque};

use libp2p::gossipsub::{IdentTopic, TopicHash};
use libp2p::swarm::{ConnectionId, Swarm, SwarmEvent, dial_opts::DialOpts};
use libp2p::{Multiaddr, PeerId, gossipsub, identify, mdns, ping};
use serde_json::{Value, json};

use crate::answer::{self, say};
use crate::node::{Behaviour, BehaviourEvent, Failure, bytes_of_hex};

/// A command whose answer only a later event of the network can give.
enum Waiting {
    Dial(ConnectionId),
    Ping(PeerId),
    Peers(usize),
}

pub struct Peer {
    pub swarm: Swarm<Behaviour>,
    identified: HashMap<PeerId, identify::Info>,
    commands: VecDeque<String>,
    waiting: Option<Waiting>,
    announced: bool,
}

impl Peer {
    pub fn new(swarm: Swarm<Behaviour>) -> Self {
        Peer {
            swarm,
            identified: HashMap::new(),
            commands: VecDeque::new(),
            waiting: None,
            announced: false,
        }
    }

    /// Takes a command. It is carried out when the ones before it are answered.
    pub fn take(&mut self, line: String) {
        self.commands.push_back(line);
        self.go_on();
    }

    fn go_on(&mut self) {
        while self.waiting.is_none()
            && let Some(line) = self.commands.pop_front()
        {
            self.obey(&line);
        }
    }

    fn obey(&mut self, line: &str) {
        let mut words = line.trim_end().splitn(2, ' ');
        let command = words.next().unwrap_or_default();
        match self.carry_out(command, words.next().unwrap_or_default()) {
            Ok(Some(object)) => say(object),
            Ok(None) => self.settle_wait_for_peers(),
            Err(failure) => say(answer::error(command, failure)),
        }
    }

    fn carry_out(&mut self, command: &str, rest: &str) -> Result<Option<Value>, Failure> {
        let (first, second) = rest.split_once(' ').unwrap_or((rest, ""));
        match command {
            "dial" => self.dial(rest),
            "ping" => self.ping(rest),
            "identify" => self.identify(rest),
            "sub" => self.subscribe(rest),
            "unsub" => self.unsubscribe(rest),
            "pubtext" => self.publish(first, second.into()),
            "pubhex" => self.publish(first, bytes_of_hex(second)?),
            "burst" => self.burst(first, second),
            "subs" => Ok(Some(self.subscribers(rest))),
            "mesh" => Ok(Some(self.mesh(rest))),
            "peers" => Ok(Some(self.peers("peers"))),
            "waitpeers" => self.wait(Waiting::Peers(rest.parse()?)),
            _ => Err("unknown command".into()),
        }
    }

    fn wait(&mut self, waiting: Waiting) -> Result<Option<Value>, Failure> {
        self.waiting = Some(waiting);
        Ok(None)
    }

    fn dial(&mut self, address: &str) -> Result<Option<Value>, Failure> {
        let options = DialOpts::from(address.parse::<Multiaddr>()?);
        let connection = options.connection_id();
        self.swarm.dial(options)?;
        self.wait(Waiting::Dial(connection))
    }

    fn ping(&mut self, peer: &str) -> Result<Option<Value>, Failure> {
        let peer = peer.parse()?;
        if !self.swarm.is_connected(&peer) {
            return Err("not connected".into());
        }
        self.wait(Waiting::Ping(peer))
    }

    fn identify(&mut self, peer: &str) -> Result<Option<Value>, Failure> {
        let peer = peer.parse()?;
        let info = self.identified.get(&peer).ok_or("not identified yet")?;
        Ok(Some(answer::identity(peer, info)))
    }

    fn gossip(&mut self) -> &mut gossipsub::Behaviour {
        &mut self.swarm.behaviour_mut().gossipsub
    }

    fn subscribe(&mut self, topic: &str) -> Result<Option<Value>, Failure> {
        self.gossip().subscribe(&IdentTopic::new(topic))?;
        Ok(Some(json!({"ev": "subscribed", "topic": topic})))
    }

    fn unsubscribe(&mut self, topic: &str) -> Result<Option<Value>, Failure> {
        if !self.gossip().unsubscribe(&IdentTopic::new(topic)) {
            return Err("not subscribed".into());
        }
        Ok(Some(json!({"ev": "unsubscribed", "topic": topic})))
    }

    fn publish(&mut self, topic: &str, data: Vec<u8>) -> Result<Option<Value>, Failure> {
        self.gossip().publish(IdentTopic::new(topic), data)?;
        Ok(Some(json!({"ev": "published", "n": 1})))
    }

    fn burst(&mut self, topic: &str, rest: &str) -> Result<Option<Value>, Failure> {
        let (count, prefix) = rest.split_once(' ').ok_or("burst TOPIC N PREFIX")?;
        let count: usize = count.parse()?;
        for index in 0..count {
            self.publish(topic, format!("{prefix}-{index}").into())?;
        }
        Ok(Some(json!({"ev": "published", "n": count})))
    }

    fn subscribers(&self, topic: &str) -> Value {
        let hash = TopicHash::from_raw(topic);
        let all = self.swarm.behaviour().gossipsub.all_peers();
        let peers = all
            .filter(|(_, topics)| topics.contains(&&hash))
            .map(|(peer, _)| peer);
        json!({"ev": "subs", "topic": topic, "peers": answer::texts(peers)})
    }

    fn mesh(&self, topic: &str) -> Value {
        let hash = TopicHash::from_raw(topic);
        let peers = answer::texts(self.swarm.behaviour().gossipsub.mesh_peers(&hash));
        json!({"ev": "mesh", "topic": topic, "mesh": peers.len(), "peers": peers})
    }

    fn peers(&self, event: &str) -> Value {
        json!({"ev": event, "peers": answer::texts(self.swarm.connected_peers())})
    }

    /// Takes in one event of the network.
    pub fn notice(&mut self, event: SwarmEvent<BehaviourEvent>) {
        match event {
            SwarmEvent::NewListenAddr { address, .. } if !self.announced => {
                self.announced = true;
                say(answer::ready(address, *self.swarm.local_peer_id()));
            }
            SwarmEvent::ConnectionEstablished {
                peer_id,
                connection_id,
                ..
            } => {
                self.settle_dial(connection_id, Ok(peer_id));
                self.settle_wait_for_peers();
            }
            SwarmEvent::OutgoingConnectionError {
                connection_id,
                error,
                ..
            } => {
                self.settle_dial(connection_id, Err(format!("{error:?}")));
            }
            SwarmEvent::ConnectionClosed {
                peer_id,
                num_established: 0,
                ..
            } => {
                self.identified.remove(&peer_id);
                self.settle_ping(peer_id, Err("disconnected".into()));
            }
            SwarmEvent::Behaviour(event) => self.notice_behaviour(event),
            _ => {}
        }
        self.go_on();
    }

    fn notice_behaviour(&mut self, event: BehaviourEvent) {
        match event {
            BehaviourEvent::Identify(identify::Event::Received { peer_id, info, .. }) => {
                self.identified.insert(peer_id, info);
            }
            BehaviourEvent::Ping(ping::Event { peer, result, .. }) => {
                self.settle_ping(peer, result.map_err(|failure| failure.to_string()));
            }
            BehaviourEvent::Gossipsub(gossipsub::Event::Message { message, .. }) => {
                say(answer::message(&message));
            }
            BehaviourEvent::Mdns(mdns::Event::Discovered(list)) => {
                for (peer, address) in list {
                    let addresses = [address.to_string()];
                    say(json!({"ev": "found", "peer": peer.to_string(), "addrs": addresses}));
                }
            }
            _ => {}
        }
    }

    fn settle_dial(&mut self, connection: ConnectionId, outcome: Result<PeerId, String>) {
        if !matches!(self.waiting, Some(Waiting::Dial(awaited)) if awaited == connection) {
            return;
        }
        self.waiting = None;
        say(match outcome {
            Ok(peer) => json!({"ev": "dialed", "peer": peer.to_string()}),
            Err(message) => answer::error("dial", message),
        });
    }

    fn settle_ping(&mut self, peer: PeerId, outcome: Result<std::time::Duration, String>) {
        if !matches!(self.waiting, Some(Waiting::Ping(awaited)) if awaited == peer) {
            return;
        }
        self.waiting = None;
        say(match outcome {
            Ok(rtt) => json!({"ev": "ping", "rtt_us": rtt.as_secs_f64() * 1e6}),
            Err(message) => answer::error("ping", message),
        });
    }

    fn settle_wait_for_peers(&mut self) {
        let connected = self.swarm.connected_peers().count();
        if matches!(self.waiting, Some(Waiting::Peers(wanted)) if connected >= wanted) {
            self.waiting = None;
            say(self.peers("waited"));
        }
    }
}
