import type { SessionKey } from '@qqkit/core'
import * as v from 'valibot'

import type { SessionCheckpoint } from '../delivery/session-checkpoint.js'
import { isSeq } from '../machine/session.js'

/** Identifies a session: under any other identity it cannot be resumed. */
export interface SessionIdentity extends SessionKey {
  /** Host of the gateway, without the path: sessions of the sandbox are invalid elsewhere. */
  readonly host: string
  readonly intents: number
}

/** The stored parts of a session besides its identity. */
export interface SessionRecord {
  readonly checkpoint: SessionCheckpoint
  /** Wall ms. */
  readonly savedAt: number
  /** Wall ms since when events are missing if the session cannot be resumed. */
  readonly since: number
  /** Wall ms when the session began. */
  readonly startedAt?: number
}

/** A decoded text of a store. */
export type StoredSession =
  | { readonly kind: 'none' }
  /** A process had started, or had lost its session, and stored no new one; events since then (wall ms) are lost. */
  | { readonly kind: 'unstored'; readonly since: number }
  | {
      readonly kind: 'usable'
      readonly checkpoint: SessionCheckpoint
      readonly since: number
      readonly startedAt: number
    }
  /** Damaged, or of another identity; `problem` is a clause; the numbers are `null` where unknown. */
  | {
      readonly kind: 'unusable'
      readonly problem: string
      readonly since: number | null
      readonly lastSeq: number | null
    }

const FORMAT = 1

/** At most this many ranges and events are written; those beyond it come again after a restart. */
const MAX_ENTRIES = 100_000

const seq = v.custom<number>(isSeq)
const wall = v.custom<number>(Number.isFinite)
const text = v.custom<string>((value) => typeof value === 'string')
const isPair = (value: unknown): value is readonly [number, number] =>
  Array.isArray(value) && value.length === 2 && value.every(isSeq)
const pair = v.custom<readonly [number, number]>(isPair)
/** Pairs of which each fits to the one before. */
const pairs = (fits: (pair: readonly [number, number], before: readonly [number, number]) => boolean) =>
  v.custom<readonly (readonly [number, number])[]>(
    (value) =>
      Array.isArray(value) &&
      value.length <= MAX_ENTRIES &&
      value.every((one, at) => isPair(one) && fits(one, value[at - 1] ?? [-1, -1])),
  )

const record = v.strictObject({
  format: v.custom<typeof FORMAT>((value) => value === FORMAT),
  appId: text,
  host: text,
  shard: pair,
  intents: seq,
  savedAt: wall,
  since: v.optional(wall),
  startedAt: v.optional(wall),
  sessionId: v.custom<string | null>(
    (value) => value === null || (typeof value === 'string' && value !== '' && value.length <= 1000),
  ),
  committed: seq,
  doneAbove: pairs(([from, to], [, end]) => from <= to && from > end),
  inFlight: pairs(([one], [before]) => one > before),
})

type Stored = v.InferInput<typeof record>

const encode = (
  { appId, host, shard, intents }: SessionIdentity,
  rest: Omit<Stored, 'format' | keyof SessionIdentity>,
): string =>
  JSON.stringify({
    format: FORMAT,
    appId,
    host,
    shard: [shard.index, shard.total],
    intents,
    ...rest,
  } satisfies Stored)

/** Encodes a session for a store. */
export const encodeStoredSession = (
  identity: SessionIdentity,
  { checkpoint, savedAt, since, startedAt }: SessionRecord,
): string => {
  const { sessionId, committed, doneAbove, inFlight } = checkpoint
  return encode(identity, {
    savedAt,
    since,
    startedAt,
    sessionId,
    committed,
    doneAbove: doneAbove.slice(0, MAX_ENTRIES),
    inFlight: inFlight.slice(0, MAX_ENTRIES),
  })
}

/** Encodes that there has been no session since a moment, in wall ms. */
export const encodeUnstored = (identity: SessionIdentity, since: number): string =>
  encode(identity, { savedAt: since, sessionId: null, committed: 0, doneAbove: [], inFlight: [] })

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** Finds a number in a damaged text: half a file still shows when it was written. */
const salvage = (text: string, name: string): number | null => {
  const found = new RegExp(`"${name}":(\\d{1,15})(?=[,}])`).exec(text)
  return found ? Number(found[1]) : null
}

/** Decodes a store's text. Never throws; a text that is damaged anywhere is not used in part. */
export const decodeStoredSession = (text: string | null, identity: SessionIdentity): StoredSession => {
  if (text === null) return { kind: 'none' }
  const result = v.safeParse(record, parse(text), { abortEarly: true })
  if (!result.success) {
    const problem = 'it is damaged or was written by another program'
    const since = salvage(text, 'since') ?? salvage(text, 'savedAt')
    return { kind: 'unusable', problem, since, lastSeq: salvage(text, 'committed') }
  }
  const { appId, host, shard, intents, savedAt, sessionId, committed, doneAbove, inFlight } = result.output
  const since = Math.min(savedAt, result.output.since ?? savedAt)
  // These events are lost for any number of shards and any intents.
  if (sessionId === null && appId === identity.appId) return { kind: 'unstored', since }
  const foreign = [
    appId === identity.appId ? '' : 'another bot',
    host === identity.host ? '' : 'another gateway host',
    shard[0] === identity.shard.index && shard[1] === identity.shard.total ? '' : 'another shard',
    intents === identity.intents ? '' : 'other intents',
  ].filter((difference) => difference !== '')
  if (sessionId === null || foreign.length > 0) {
    const problem = `it belongs to ${foreign.join(' and ')}`
    return { kind: 'unusable', problem, since, lastSeq: committed }
  }
  const startedAt = result.output.startedAt ?? savedAt
  return { kind: 'usable', checkpoint: { sessionId, committed, doneAbove, inFlight }, since, startedAt }
}
