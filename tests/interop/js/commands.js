// What each command does. A command gets the peer and the rest of its line and
// returns its answer, or throws: then the answer is the error.
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'

const PATIENCE_MS = 20_000

export const verbs = {
  async dial ({ node }, address) {
    const signal = AbortSignal.timeout(PATIENCE_MS)
    const connection = await node.dial(multiaddr(address), { signal })
    return { ev: 'dialed', peer: connection.remotePeer.toString() }
  },

  async ping ({ node }, peer) {
    const id = peerIdFromString(peer)
    if (node.getConnections(id).length === 0) {
      throw new Error('not connected')
    }
    const signal = AbortSignal.timeout(PATIENCE_MS)
    const rtt = await node.services.ping.ping(id, { signal })
    return { ev: 'ping', rtt_us: rtt * 1000 }
  },

  identify ({ identified }, peer) {
    const seen = identified.get(peer)
    if (seen === undefined) {
      throw new Error('not identified yet')
    }
    return {
      ev: 'identify',
      peer,
      agent: seen.agentVersion ?? '',
      protocols: seen.protocols,
      addrs: texts(seen.listenAddrs),
      observed: seen.observedAddr?.toString() ?? '',
      // js-libp2p passes a record on only after it has verified it.
      record: seen.signedPeerRecord !== undefined
    }
  },

  sub ({ pubsub }, topic) {
    pubsub.subscribe(topic)
    return { ev: 'subscribed', topic }
  },

  unsub ({ pubsub }, topic) {
    if (!pubsub.getTopics().includes(topic)) {
      throw new Error('not subscribed')
    }
    pubsub.unsubscribe(topic)
    return { ev: 'unsubscribed', topic }
  },

  async pubtext ({ pubsub }, rest) {
    const [topic, text] = cut(rest)
    await pubsub.publish(topic, Buffer.from(text))
    return { ev: 'published', n: 1 }
  },

  async pubhex ({ pubsub }, rest) {
    const [topic, text] = cut(rest)
    await pubsub.publish(topic, Buffer.from(text, 'hex'))
    return { ev: 'published', n: 1 }
  },

  async burst ({ pubsub }, rest) {
    const [topic, order] = cut(rest)
    const [text, prefix] = cut(order)
    const count = Number(text)
    for (let index = 0; index < count; index++) {
      await pubsub.publish(topic, Buffer.from(`${prefix}-${index}`))
    }
    return { ev: 'published', n: count }
  },

  cut ({ node }, rest) {
    const [peer, name] = cut(rest)
    const direction = { in: 'inbound', out: 'outbound' }[name]
    const streams = node.getConnections(peerIdFromString(peer))
      .flatMap(connection => connection.streams)
      .filter(stream => stream.protocol?.startsWith('/meshsub/') && stream.direction === direction)
    if (streams.length === 0) {
      throw new Error('no such stream')
    }
    streams.forEach(stream => stream.abort(new Error('cut')))
    return { ev: 'cut', n: streams.length }
  },

  opinion ({ pubsub, penalties }, peer) {
    return {
      ev: 'opinion',
      peer,
      score: pubsub.getScore(peer),
      penalties: penalties.filter(penalty => penalty.peer === peer).map(({ reason }) => reason)
    }
  },

  subs ({ pubsub }, topic) {
    return { ev: 'subs', topic, peers: texts(pubsub.getSubscribers(topic)) }
  },

  mesh ({ pubsub }, topic) {
    const peers = pubsub.getMeshPeers(topic)
    return { ev: 'mesh', topic, mesh: peers.length, peers }
  },

  peers ({ node }) {
    return { ev: 'peers', peers: texts(node.getPeers()) }
  },

  async waitpeers ({ node }, text) {
    const end = Date.now() + PATIENCE_MS
    while (node.getPeers().length < Number(text)) {
      if (Date.now() > end) {
        throw new Error('too few peers in time')
      }
      await new Promise(resolve => setTimeout(resolve, 20))
    }
    return { ev: 'waited', peers: texts(node.getPeers()) }
  }
}

// Splits at the first space: what follows may hold more of them.
export function cut (text) {
  const space = text.indexOf(' ')
  return space < 0 ? [text, ''] : [text.slice(0, space), text.slice(space + 1)]
}

export function texts (items) {
  return items.map(item => item.toString())
}
