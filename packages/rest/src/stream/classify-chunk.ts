import { failureMeans, type RestError } from '../errors/rest-error.js'
import { isDuplicate, type Life, type UsedNumber, usedNumbers } from '../send/used-number.js'
import { situations } from '../types/situation.js'
import type { Chunk, ChunkStatus } from './state.js'

/** What a failed chunk means for its stream. */
export type ChunkVerdictKind =
  /** The next attempt may succeed. */
  | 'again'
  /** Delivered by an earlier attempt. */
  | 'landed'
  /** Delivered, and the platform has closed the message. */
  | 'outlived'
  /** The index was used by an attempt whose text was not accepted: repeat under the next index. */
  | 'spent'
  /** The index was used, but not by this client. */
  | 'miscounted'
  /** Only its `msg_seq` can tell whether the message was opened. */
  | 'unclear'
  /** An earlier run began the message, and may not have finished it. */
  | 'cut'
  /** Another process streams the answer. */
  | 'elsewhere'
  /** Another message has the `msg_seq`: repeat under another one. */
  | 'taken'
  /** Another stream to this user is open. */
  | 'busy'
  /** The delivered text differs from the expected one. */
  | 'changed'
  /** Final markdown has to end with a line break. */
  | 'newline'
  | 'too_long'
  | 'anchor_dead'
  | 'fatal'

/** How far an attempt came: not sent, refused, or unknown. */
export type Reach = 'nowhere' | 'answered' | 'unknown'

/** A verdict with its error. */
export interface ChunkVerdict {
  readonly kind: ChunkVerdictKind
  readonly error: RestError
  readonly reach: Reach
}

/** Input of {@link classifyChunk} besides the error. */
export interface ChunkContext {
  readonly chunk: Pick<Chunk, 'id' | 'index'>
  /** Status of earlier attempts under the same index. */
  readonly before: Exclude<ChunkStatus['kind'], 'in_flight'>
  /** Who else may have opened this message. */
  readonly life: Life
  /** Whether a message with a dead anchor can be sent without it. */
  readonly hasFallback: boolean
}

/** Error numbers with a special meaning for streams (§2.8). */
const SAYS = {
  index: new Set([40006]),
  prefix: new Set([40007]),
  busy: new Set([40034021]),
  // 消息过长, 消息过长或异常.
  tooLong: new Set([40054007, 40054018]),
} as const satisfies Record<string, ReadonlySet<number>>

const says = ({ facts, errCode }: RestError, codes: ReadonlySet<number>): boolean =>
  codes.has(facts?.code ?? errCode ?? 0)

const NUMBER_VERDICTS = {
  landed: 'landed',
  move: 'taken',
  cut: 'cut',
  elsewhere: 'elsewhere',
  refused: 'fatal',
} as const satisfies Record<UsedNumber, ChunkVerdictKind>

/** A first chunk whose `msg_seq` was used. */
const classifyUsedNumber = ({ before, chunk, life }: ChunkContext): ChunkVerdictKind => {
  if (chunk.id !== null) return 'miscounted'
  return NUMBER_VERDICTS[usedNumbers.stream[life][before === 'uncertain' ? 'uncertain' : 'certain']]
}

/** A chunk whose index was used. For first chunks, which have a `msg_seq`, this is not conclusive (§5.4.1). */
const classifyUsedIndex = (context: ChunkContext): ChunkVerdictKind => {
  const { before, chunk, life } = context
  if (chunk.id === null && life !== 'first') return classifyUsedNumber(context)
  if (before === 'fresh') return 'miscounted'
  if (chunk.id === null) return 'unclear'
  return before === 'uncertain' ? 'landed' : 'spent'
}

const kindOf = (error: RestError, context: ChunkContext): ChunkVerdictKind => {
  if (error.code === 'closed') return 'fatal'
  if (failureMeans(error, 'streamOver')) return 'outlived'
  if (says(error, SAYS.index)) return classifyUsedIndex(context)
  if (isDuplicate(error)) return classifyUsedNumber(context)
  if (says(error, SAYS.prefix)) return 'changed'
  if (says(error, SAYS.busy)) return context.chunk.id === null ? 'busy' : 'again'
  if (says(error, SAYS.tooLong)) return 'too_long'
  if (failureMeans(error, 'anchorDead')) return context.hasFallback ? 'anchor_dead' : 'fatal'
  if (failureMeans(error, 'finalChunkNeedsNewline')) return 'newline'
  if (failureMeans(error, 'platformFailed')) return 'again'
  // A refused token was already renewed once.
  if (error.situation === 'unauthorized') return 'fatal'
  // The client's own rate limit only requires a wait.
  return error.retry !== 'never' || error.situation === 'limited' ? 'again' : 'fatal'
}

/** How far an attempt with this error came. */
export const reachOf = (error: RestError): Reach => {
  // A temporary failure may have been executed (ADR 0009).
  const unsure = situations[error.situation].mayCollide || failureMeans(error, 'platformFailed')
  if (error.delivered !== 'no' || unsure) return 'unknown'
  return error.httpStatus === null ? 'nowhere' : 'answered'
}

/** Classifies a failed chunk. */
export const classifyChunk = (error: RestError, context: ChunkContext): ChunkVerdict => ({
  kind: kindOf(error, context),
  error,
  reach: reachOf(error),
})
