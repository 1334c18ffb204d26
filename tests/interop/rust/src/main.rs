//! A small rust-libp2p node for the interoperability tests: text commands on
//! standard input, JSON lines on standard output, logs on standard error. The
//! commands are those of ../README.md.

mod answer;
mod node;
mod peer;

use futures::StreamExt;
use tokio::io::{AsyncBufReadExt, BufReader};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), node::Failure> {
    let mut peer = peer::Peer::new(node::start()?);
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    loop {
        tokio::select! {
            event = peer.swarm.select_next_some() => peer.notice(event),
            line = lines.next_line() => match line? {
                Some(line) if line != "quit" => peer.take(line),
                // Not a return: the runtime would wait for its thread that
                // reads standard input, and that one waits for a line.
                _ => std::process::exit(0),
            },
        }
    }
}
