import { failureMeans, type RestError } from '../errors/rest-error.js'
import { isDuplicate, type Life, type UsedNumber, usedNumbers } from '../send/used-number.js'
import { situations } from '../types/situation.js'
import type { Chunk, ChunkStatus } from './state.js'

/** What a failed chunk means for its stream. */
export type ChunkVerdictKind =
  /** The next attempt may succeed. */
  | 'again'
  /** It is there: an earlier attempt had arrived. */
  | 'landed'
  /** It is there, and the platform has closed the message. */
  | 'outlived'
  /** Its index is used up, by an attempt whose text was not taken: the text goes again under the next one. */
  | 'spent'
  /** The platform has seen this index, and not from here. */
  | 'miscounted'
  /** Whether the message was opened only its number can tell. */
  | 'unclear'
  /** An earlier run had begun it, and nobody knows how far it came. */
  | 'cut'
  /** Another process streams it. */
  | 'elsewhere'
  /** Someone else has used the number; it goes again under the next one. */
  | 'taken'
  /** Another stream to this user is open. */
  | 'busy'
  /** What stands there is not what is thought to stand there. */
  | 'changed'
  /** Final markdown has to end with a line break. */
  | 'newline'
  | 'too_long'
  | 'anchor_dead'
  | 'fatal'

/** How far an attempt has come: nobody saw it, it was answered to and not taken, or nobody knows. */
export type Reach = 'nowhere' | 'answered' | 'unknown'

/** A verdict with what it was founded on. */
export interface ChunkVerdict {
  readonly kind: ChunkVerdictKind
  readonly error: RestError
  readonly reach: Reach
}

/** What the judgement looks at besides the error. */
export interface ChunkContext {
  readonly chunk: Pick<Chunk, 'id' | 'index'>
  /** What became of earlier attempts under the same index. */
  readonly before: Exclude<ChunkStatus['kind'], 'in_flight'>
  /** Who else may have opened this message. */
  readonly life: Life
  /** Whether a message that lost its anchor can go out without. */
  readonly hasFallback: boolean
}

/** What the platform says on this endpoint alone, by number (§2.8). */
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

/** An opening under a number that is not new. */
const classifyUsedNumber = ({ before, chunk, life }: ChunkContext): ChunkVerdictKind => {
  if (chunk.id !== null) return 'miscounted'
  return NUMBER_VERDICTS[usedNumbers.stream[life][before === 'uncertain' ? 'uncertain' : 'certain']]
}

/** A chunk under an index that is not new. Of openings, which have a number, this tells nothing certain (§5.4.1). */
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
  // A token that was refused has been renewed once already.
  if (error.situation === 'unauthorized') return 'fatal'
  // A full budget of our own is no more than a matter of pace, however it is told.
  return error.retry !== 'never' || error.situation === 'limited' ? 'again' : 'fatal'
}

/** How far an attempt has come that ended in this error. */
export const reachOf = (error: RestError): Reach => {
  // What asks for a repeat may have been executed (ADR 0009).
  const unsure = situations[error.situation].mayCollide || failureMeans(error, 'platformFailed')
  if (error.delivered !== 'no' || unsure) return 'unknown'
  return error.httpStatus === null ? 'nowhere' : 'answered'
}

/** Judges a failed chunk. */
export const classifyChunk = (error: RestError, context: ChunkContext): ChunkVerdict => ({
  kind: kindOf(error, context),
  error,
  reach: reachOf(error),
})
