// The libp2p node itself: js-libp2p as it comes, set up from the environment.
import { gossipsub } from '@libp2p/gossipsub'
import { generateKeyPair, generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { identify, identifyPush } from '@libp2p/identify'
import { mdns } from '@libp2p/mdns'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { preSharedKey } from '@libp2p/pnet'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { readFile } from 'node:fs/promises'

// The names the runner uses, and those of js-libp2p.
const KEY_TYPES = { ed25519: 'Ed25519', rsa: 'RSA', secp256k1: 'secp256k1' }

// Resolves to a listening node. The environment: LISTEN, SEED (64 hex digits,
// an Ed25519 key), KEY_TYPE, MDNS_TAG (a full service name with .local) and
// NETWORK_KEY (the file of a private network).
export async function startNode (environment) {
  const { LISTEN, MDNS_TAG, NETWORK_KEY } = environment
  return createLibp2p({
    privateKey: await privateKey(environment),
    addresses: { listen: [LISTEN || '/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionProtector: NETWORK_KEY ? preSharedKey({ psk: await readFile(NETWORK_KEY) }) : undefined,
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    peerDiscovery: MDNS_TAG ? [mdns({ serviceTag: MDNS_TAG })] : [],
    services: { identify: identify(), push: identifyPush(), ping: ping(), pubsub: gossipsub() }
  })
}

// The penalties for bad behaviour that gossip gives from now on: a GRAFT in a
// backoff, a message that was offered and did not come. They fade within
// seconds, so the score of a peer alone does not tell of them.
export function watchPenalties (score) {
  const given = []
  const addPenalty = score.addPenalty.bind(score)
  score.addPenalty = (peer, count, reason) => {
    given.push({ peer, reason })
    addPenalty(peer, count, reason)
  }
  return given
}

function privateKey ({ SEED, KEY_TYPE = 'ed25519' }) {
  if (SEED) {
    return generateKeyPairFromSeed('Ed25519', Buffer.from(SEED, 'hex'))
  }
  const type = KEY_TYPES[KEY_TYPE]
  if (type === undefined) {
    throw new Error(`no key type ${KEY_TYPE}`)
  }
  return generateKeyPair(type)
}
