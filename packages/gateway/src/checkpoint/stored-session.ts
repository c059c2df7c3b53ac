import type { SessionKey } from '@qqkit/core'
import * as v from 'valibot'

import type { SessionCheckpoint } from '../delivery/session-checkpoint.js'

/** Whose session it is: under any other identity it is of no use. */
export interface SessionIdentity extends SessionKey {
  /** Host of the gateway, without the path: sessions of the sandbox mean nothing elsewhere. */
  readonly host: string
  readonly intents: number
}

/** What was found in a store. */
export type StoredSession =
  | { readonly kind: 'none' }
  /** `savedAt`: wall time in ms. */
  | { readonly kind: 'usable'; readonly checkpoint: SessionCheckpoint; readonly savedAt: number }
  /** Damaged, or of somebody else; `problem` is half a sentence. */
  | { readonly kind: 'unusable'; readonly problem: string }

const FORMAT = 1

/** Never reached by what we write; keeps a forged file from being believed. */
const MOST = 100_000

const seq = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const pairs = v.pipe(v.array(v.strictTuple([seq, seq])), v.maxLength(MOST))

const record = v.strictObject({
  format: v.literal(FORMAT),
  appId: v.string(),
  host: v.string(),
  shard: v.strictTuple([seq, seq]),
  intents: seq,
  savedAt: v.pipe(v.number(), v.finite()),
  sessionId: v.pipe(v.string(), v.nonEmpty(), v.maxLength(1000)),
  committed: seq,
  doneAbove: v.pipe(
    pairs,
    v.check((ranges) => ranges.every(([from, to], at) => from <= to && from > (ranges[at - 1]?.[1] ?? -1))),
  ),
  inFlight: v.pipe(
    pairs,
    v.check((events) => events.every(([one], at) => one > (events[at - 1]?.[0] ?? -1))),
  ),
})

/** A checkpoint as the text that a store keeps. */
export const encodeStoredSession = (
  { appId, host, shard, intents }: SessionIdentity,
  { sessionId, committed, doneAbove, inFlight }: SessionCheckpoint,
  savedAt: number,
): string =>
  JSON.stringify({
    format: FORMAT,
    appId,
    host,
    shard: [shard.index, shard.total],
    intents,
    savedAt,
    sessionId,
    committed,
    doneAbove,
    inFlight,
  } satisfies Readonly<Record<keyof v.InferInput<typeof record>, unknown>>)

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** Makes sense of a store's text. Never throws; what cannot be trusted as a whole is not used in part. */
export const decodeStoredSession = (text: string | null, identity: SessionIdentity): StoredSession => {
  if (text === null) return { kind: 'none' }
  const result = v.safeParse(record, parse(text), { abortEarly: true })
  if (!result.success) return { kind: 'unusable', problem: 'it is damaged or was written by something else' }
  const { appId, host, shard, intents, savedAt, sessionId, committed, doneAbove, inFlight } = result.output
  const foreign = [
    appId === identity.appId ? '' : 'another bot',
    host === identity.host ? '' : 'another gateway host',
    shard[0] === identity.shard.index && shard[1] === identity.shard.total ? '' : 'another shard',
    intents === identity.intents ? '' : 'other intents',
  ].filter((difference) => difference !== '')
  if (foreign.length > 0) return { kind: 'unusable', problem: `it belongs to ${foreign.join(' and ')}` }
  return { kind: 'usable', checkpoint: { sessionId, committed, doneAbove, inFlight }, savedAt }
}
