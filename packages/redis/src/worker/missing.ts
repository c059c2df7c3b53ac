import type { SourceRunOptions } from '@qqkit/core'

import type { Missing } from '../events/peer-watch.js'
import type { PublishingPeer } from '../queue/peers.js'

/** What a worker waits for in vain: publishers, or events that none of them receives. */
export const missingOf = (
  publishers: readonly PublishingPeer[],
  unheard: SourceRunOptions['unheard'],
): Missing | null => {
  if (publishers.length === 0)
    return { code: 'redis_no_publisher', message: 'no gateway and no webhook publishes events' }
  // Over a webhook, and from a source of one's own, all events may come.
  const masks = publishers.flatMap(({ intents }) => (intents === null ? [] : [intents]))
  if (masks.length < publishers.length) return null
  const [first] = unheard?.(masks.reduce((all, mask) => all | mask, 0)) ?? []
  if (first === undefined) return null
  const message = `no gateway receives the events that handlers of ${first.event} wait for: its intents lack ${first.intent}`
  return { code: 'redis_intents', message }
}
