//! What the peer says on standard output: one JSON object on each line.

use libp2p::{Multiaddr, PeerId, gossipsub, identify};
use serde_json::{Value, json};

/// Prints one line. Rust's standard output flushes at each line end, also into
/// a pipe, so the runner sees it at once.
pub fn say(object: Value) {
    println!("{object}");
}

pub fn error(command: &str, message: impl ToString) -> Value {
    json!({"ev": "error", "cmd": command, "message": message.to_string()})
}

pub fn ready(address: Multiaddr, me: PeerId) -> Value {
    let full = address
        .with_p2p(me)
        .expect("a listening address names no other peer");
    json!({"ev": "ready", "addr": full.to_string(), "peer": me.to_string()})
}

pub fn message(message: &gossipsub::Message) -> Value {
    let hex: String = message
        .data
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    // The sequence number goes as text: it is a count of nanoseconds, larger
    // than the numbers JSON readers keep exact.
    json!({
        "ev": "msg",
        "topic": message.topic.as_str(),
        "from": message.source.map(|source| source.to_string()),
        "hex": hex,
        "seqno": message.sequence_number.map(|number| number.to_string()),
    })
}

/// `record` is true when the peer sent a signed record that this version of
/// rust-libp2p could verify: it accepts only the older of the two record
/// formats, so false is what go and js peers get.
pub fn identity(peer: PeerId, info: &identify::Info) -> Value {
    json!({
        "ev": "identify",
        "peer": peer.to_string(),
        "agent": info.agent_version,
        "protocols": texts(&info.protocols),
        "addrs": texts(&info.listen_addrs),
        "observed": info.observed_addr.to_string(),
        "record": info.signed_peer_record.is_some(),
    })
}

pub fn texts<T: ToString>(items: impl IntoIterator<Item = T>) -> Vec<String> {
    items.into_iter().map(|item| item.to_string()).collect()
}
