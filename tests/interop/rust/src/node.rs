//! The libp2p node itself: rust-libp2p as it comes, set up from the environment.

use std::{env, error::Error, time::Duration};

use libp2p::core::upgrade::Version;
use libp2p::pnet::{PnetConfig, PreSharedKey};
use libp2p::swarm::{NetworkBehaviour, Swarm, behaviour::toggle::Toggle};
use libp2p::{Multiaddr, Transport, gossipsub, identify, identity, mdns, noise, ping, tcp, yamux};

pub type Failure = Box<dyn Error + Send + Sync>;

#[derive(NetworkBehaviour)]
pub struct Behaviour {
    pub identify: identify::Behaviour,
    pub ping: ping::Behaviour,
    pub gossipsub: gossipsub::Behaviour,
    pub mdns: Toggle<mdns::tokio::Behaviour>,
}

/// rust-libp2p pings by itself at an interval, never on request; a short one
/// lets the `ping` command answer soon with the next result.
const PING_INTERVAL: Duration = Duration::from_secs(1);

/// A connection without gossip streams must live as long as a scenario.
const IDLE_LIMIT: Duration = Duration::from_secs(120);

/// Builds the node and starts to listen at LISTEN. The other variables are
/// SEED (64 hex digits, an Ed25519 key), MDNS_TAG (any value turns discovery
/// on, the service name is fixed here) and NETWORK_KEY (the file of a private
/// network).
pub fn start() -> Result<Swarm<Behaviour>, Failure> {
    let mut swarm = match env::var_os("NETWORK_KEY") {
        Some(path) => private_swarm(std::fs::read_to_string(path)?.trim_end().parse()?)?,
        None => open_swarm()?,
    };
    let listen = env::var("LISTEN").unwrap_or_else(|_| "/ip4/127.0.0.1/tcp/0".into());
    swarm.listen_on(listen.parse::<Multiaddr>()?)?;
    Ok(swarm)
}

fn open_swarm() -> Result<Swarm<Behaviour>, Failure> {
    Ok(libp2p::SwarmBuilder::with_existing_identity(keypair()?)
        .with_tokio()
        .with_tcp(
            tcp::Config::default(),
            noise::Config::new,
            yamux::Config::default,
        )?
        .with_behaviour(behaviour)?
        .with_swarm_config(|config| config.with_idle_connection_timeout(IDLE_LIMIT))
        .build())
}

fn private_swarm(network: PreSharedKey) -> Result<Swarm<Behaviour>, Failure> {
    Ok(libp2p::SwarmBuilder::with_existing_identity(keypair()?)
        .with_tokio()
        .with_other_transport(|key| {
            Ok(tcp::tokio::Transport::new(tcp::Config::default())
                .and_then(move |socket, _| PnetConfig::new(network).handshake(socket))
                .upgrade(Version::V1)
                .authenticate(noise::Config::new(key)?)
                .multiplex(yamux::Config::default()))
        })?
        .with_behaviour(behaviour)?
        .with_swarm_config(|config| config.with_idle_connection_timeout(IDLE_LIMIT))
        .build())
}

fn behaviour(key: &identity::Keypair) -> Result<Behaviour, Failure> {
    let me = key.public().to_peer_id();
    let discovery = match env::var_os("MDNS_TAG") {
        Some(_) => Some(mdns::tokio::Behaviour::new(mdns::Config::default(), me)?),
        None => None,
    };
    Ok(Behaviour {
        identify: identify::Behaviour::new(identify::Config::new(
            "ipfs/0.1.0".into(),
            key.public(),
        )),
        ping: ping::Behaviour::new(ping::Config::new().with_interval(PING_INTERVAL)),
        gossipsub: gossip(key)?,
        mdns: discovery.into(),
    })
}

/// The defaults are what the tests want: everything signed, and the reverse
/// demanded of others.
fn gossip(key: &identity::Keypair) -> Result<gossipsub::Behaviour, Failure> {
    let author = gossipsub::MessageAuthenticity::Signed(key.clone());
    Ok(gossipsub::Behaviour::new(
        author,
        gossipsub::Config::default(),
    )?)
}

fn keypair() -> Result<identity::Keypair, Failure> {
    if let Ok(other) = env::var("KEY_TYPE")
        && other != "ed25519"
    {
        return Err(format!("this peer makes no {other} keys").into());
    }
    match env::var("SEED") {
        Ok(seed) => Ok(identity::Keypair::ed25519_from_bytes(bytes_of_hex(&seed)?)?),
        Err(_) => Ok(identity::Keypair::generate_ed25519()),
    }
}

pub fn bytes_of_hex(text: &str) -> Result<Vec<u8>, Failure> {
    let digits = text.as_bytes().chunks(2);
    digits
        .map(|pair| Ok(u8::from_str_radix(std::str::from_utf8(pair)?, 16)?))
        .collect()
}
