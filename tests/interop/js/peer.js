// A small js-libp2p node for the interoperability tests: text commands on
// standard input, JSON lines on standard output, logs on standard error. The
// commands are those of ../README.md.
import './compat.js'
import { createInterface } from 'node:readline'
import { cut, texts, verbs } from './commands.js'
import { startNode, watchPenalties } from './node.js'

const node = await startNode(process.env)
const peer = {
  node,
  pubsub: node.services.pubsub,
  identified: new Map(),
  penalties: watchPenalties(node.services.pubsub.score)
}

function say (line) {
  process.stdout.write(JSON.stringify(line) + '\n')
}

node.addEventListener('peer:identify', ({ detail }) => {
  peer.identified.set(detail.peerId.toString(), detail)
})

node.addEventListener('peer:discovery', ({ detail }) => {
  say({ ev: 'found', peer: detail.id.toString(), addrs: texts(detail.multiaddrs) })
})

peer.pubsub.addEventListener('message', ({ detail }) => {
  // The sequence number goes as text: it counts nanoseconds and is larger than
  // the numbers JSON readers keep exact.
  say({
    ev: 'msg',
    topic: detail.topic,
    from: detail.from?.toString() ?? null,
    hex: Buffer.from(detail.data).toString('hex'),
    seqno: detail.sequenceNumber?.toString() ?? null
  })
})

async function obey (line) {
  const [command, rest] = cut(line)
  if (!Object.hasOwn(verbs, command)) {
    return say({ ev: 'error', cmd: command, message: 'unknown command' })
  }
  try {
    say(await verbs[command](peer, rest))
  } catch (error) {
    say({ ev: 'error', cmd: command, message: `${error.name}: ${error.message}` })
  }
}

// Commands are carried out one after another, but the end of input must be
// seen even while one of them waits for the network.
let last = Promise.resolve()
createInterface({ input: process.stdin })
  .on('line', line => {
    if (line === 'quit') {
      process.exit(0)
    }
    last = last.then(() => obey(line))
  })
  .on('close', () => process.exit(0))

say({ ev: 'ready', addr: node.getMultiaddrs()[0].toString(), peer: node.peerId.toString() })
