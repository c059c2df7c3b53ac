import type { Delivery, ShardId, WireFrame } from '@qqkit/core'

import { isByPerson, saidAt } from './raw-event.js'

/** The version of entries that this version writes and reads. */
const VERSION = 1

/** An event as it stands in the queue. */
export interface Entry {
  /** The key of the delivery. */
  readonly key: string
  readonly frame: WireFrame
  readonly shard: ShardId | null
  readonly replayed: boolean
  /** Whether the publisher has answered a click already. */
  readonly acknowledged: boolean
  /** Whether a publisher waits for the code of a click. */
  readonly awaitsCode: boolean
  /** The conversation whose queue an order of its person has passed; empty for other events. */
  readonly order: string
  readonly digest: string
  /** Whether a person said or clicked it, and when: wall ms of the platform, `null` if unknown. */
  readonly byPerson: boolean
  readonly said: number | null
  /** Whether another event of its message came before, that was not known to be for the bot. */
  readonly twin: boolean
  /** Whether the server had it before it lost its data: it may have been handled. */
  readonly again: boolean
}

/** Before the body of a twin, written by the queue. */
const TWIN = '?'

/** Serialises an event. */
export const writeEntry = (
  { key, frame, shard, replayed }: Delivery,
  {
    digest,
    acknowledged,
    awaitsCode = false,
    order = '',
  }: Pick<Entry, 'digest' | 'acknowledged'> & Partial<Pick<Entry, 'awaitsCode' | 'order'>>,
): string =>
  JSON.stringify({
    v: VERSION,
    k: key,
    ...(shard && { s: [shard.index, shard.total] }),
    ...(replayed && { r: 1 }),
    ...(acknowledged && { a: 1 }),
    ...(awaitsCode && { c: 1 }),
    ...(order !== '' && { o: order }),
    g: digest,
    f: frame,
  })

/** The body of an event that is published again, since the server has lost its data. */
export const againEntry = (body: string): string => `{"b":1,${body.slice(1)}`

/** The entry; `'newer'` for that of another version, `null` for a text that is none. */
export const readEntry = (body: string): Entry | 'newer' | null => {
  const twin = body.startsWith(TWIN)
  try {
    const { v, k, s, r, a, b, c, o, g, f } = JSON.parse(twin ? body.slice(TWIN.length) : body) as Record<
      string,
      unknown
    >
    if (typeof v === 'number' && v !== VERSION) return 'newer'
    if (v !== VERSION || typeof k !== 'string' || typeof f !== 'object' || f === null) return null
    const [index, total] = Array.isArray(s) ? (s as readonly number[]) : []
    return {
      key: k,
      frame: f as WireFrame,
      byPerson: isByPerson(f as WireFrame),
      said: saidAt(f as WireFrame),
      shard: index === undefined || total === undefined ? null : { index, total },
      replayed: r === 1,
      acknowledged: a === 1,
      awaitsCode: c === 1,
      order: typeof o === 'string' ? o : '',
      digest: typeof g === 'string' ? g : '',
      twin,
      again: b === 1,
    }
  } catch {
    return null
  }
}
