import { failureMeans } from '../errors/failure-means.js'
import type { RestError } from '../errors/rest-error.js'
import { situations, type Situation } from '../errors/situation.js'
import { hasLanded, isDuplicate } from '../reply/has-landed.js'

/** What a failed chunk means for its stream. */
export type VerdictKind =
  /** The next attempt may succeed. */
  | 'again'
  /** It is there: an earlier attempt had arrived. */
  | 'landed'
  /** An earlier process had sent it. */
  | 'duplicate'
  /** Someone else has used the number; it goes again under the next one. */
  | 'taken'
  /** Final markdown has to end with a line break. */
  | 'newline'
  | 'too_long'
  | 'anchor_dead'
  | 'fatal'

/** A verdict with what it was founded on. */
export interface Verdict {
  readonly kind: VerdictKind
  readonly error: RestError
  /** Whether the chunk may be there all the same. */
  readonly doubtful: boolean
  /** Whether the platform complained about the pace. */
  readonly limited: boolean
}

/** What the judgement looks at besides the error. */
export interface ChunkContext {
  /** Whether an earlier process may have sent it. */
  readonly replayed: boolean
  /** Whether an earlier call with this chunk may have arrived. */
  readonly pending: boolean
  /** The next number has been taken before. */
  readonly moved: boolean
}

/** Failures that pass. The retries of a single call are over then, but a stream has time. */
const PASSING: ReadonlySet<Situation> = new Set<Situation>([
  'not_connected',
  'lost',
  'server_error',
  'no_token',
  'limited',
  'fault',
  'fault_once',
])

/** 消息过长, 消息过长或异常 (§2.7). */
const TOO_LONG: ReadonlySet<number> = new Set([40054007, 40054018])
/** Internal error of the stream endpoint (§2.8); repeating a chunk is harmless. */
const INTERNAL = 50001

const duplicateKind = (error: RestError, { replayed, pending, moved }: ChunkContext): VerdictKind => {
  if (replayed) return 'duplicate'
  if (hasLanded(error, pending)) return 'landed'
  return moved ? 'fatal' : 'taken'
}

const kindOf = (error: RestError, context: ChunkContext): VerdictKind => {
  if (error.code === 'closed') return 'fatal'
  if (isDuplicate(error)) return duplicateKind(error, context)
  if (error.errCode !== null && TOO_LONG.has(error.errCode)) return 'too_long'
  if (error.errCode === INTERNAL) return 'again'
  if (failureMeans(error, 'anchorDead')) return 'anchor_dead'
  if (failureMeans(error, 'finalChunkNeedsNewline')) return 'newline'
  return PASSING.has(error.situation) ? 'again' : 'fatal'
}

/** Whether the pace was complained about on the way to this answer or error. */
export const wasLimited = ({ steps }: Pick<RestError, 'steps'>): boolean =>
  steps.some((step) => step.kind === 'retry' && step.situation === 'limited')

/** Judges a failed chunk. */
export const judgeChunk = (error: RestError, context: ChunkContext): Verdict => ({
  kind: kindOf(error, context),
  error,
  // What asks for a repeat may have been executed (ADR 0009).
  doubtful: error.delivered !== 'no' || situations[error.situation].mayCollide || error.errCode === INTERNAL,
  limited: error.situation === 'limited' || wasLimited(error),
})
