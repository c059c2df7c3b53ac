import type { RestError } from '../errors/rest-error.js'
import type { SendKind } from './reply-numbers.js'

/** Whether a send was refused because its `msg_seq` has been used (§6.2). */
export const isDuplicate = ({ facts }: RestError): boolean => facts?.class === 'duplicate'

/**
 * Whose work a reply may repeat. `first`: nobody's. `again`: that of an earlier run of its handler, in this life of the
 * program or in one before. `other`: that of another process that may answer the same event.
 */
export type Life = 'first' | 'again' | 'other'

/** Whether an earlier attempt of the same send may have been executed. */
export type Certainty = 'certain' | 'uncertain'

/** What a send is where its number is refused: one of the kinds, a stream that begins, or a number that the caller gave. */
export type NumberedSend = SendKind | 'stream' | 'given'

/** What a refusal as duplicate (40054005) means, and what happens next. */
export type UsedNumber =
  /** The message is there: a success. */
  | 'landed'
  /** A stranger's message is there: this one goes under another number. */
  | 'move'
  /** A stream is there that nobody can add to, and that may be cut: its text goes out whole, as ordinary messages. */
  | 'cut'
  /** Another process streams the same answer. */
  | 'elsewhere'
  /** The message is not there, and not worth another number, or not allowed one. */
  | 'refused'

type Row = Readonly<Record<Life, Readonly<Record<Certainty, UsedNumber>>>>

const row = (
  first: readonly [UsedNumber, UsedNumber],
  again: readonly [UsedNumber, UsedNumber],
  other: readonly [UsedNumber, UsedNumber],
): Row => {
  const cells = ([certain, uncertain]: readonly [UsedNumber, UsedNumber]): Row[Life] => ({
    certain,
    uncertain,
  })
  return Object.freeze({ first: cells(first), again: cells(again), other: cells(other) })
}

/**
 * The whole rule (ADR 0024), by kind of send and life, each for attempts that certainly were not executed and for those that
 * may have been. A number is trusted where it means the same in both lives. Parked replies are taken from their store by one
 * process and sent by it alone: a collision of theirs is by chance, whatever the event.
 */
export const usedNumbers: Readonly<Record<NumberedSend, Row>> = Object.freeze({
  //             first: certain, uncertain   again                    other
  answer: row(['move', 'landed'], ['landed', 'landed'], ['landed', 'landed']),
  apology: row(['move', 'landed'], ['landed', 'landed'], ['landed', 'landed']),
  companion: row(['move', 'landed'], ['landed', 'landed'], ['landed', 'landed']),
  parked: row(['move', 'landed'], ['move', 'landed'], ['move', 'landed']),
  notice: row(['refused', 'landed'], ['landed', 'landed'], ['landed', 'landed']),
  given: row(['refused', 'landed'], ['landed', 'landed'], ['landed', 'landed']),
  stream: row(['move', 'landed'], ['cut', 'cut'], ['elsewhere', 'cut']),
})

/** Which life a send belongs to. */
export const lifeOf = ({
  replayed,
  shared,
}: {
  readonly replayed: boolean
  readonly shared: boolean
}): Life => {
  if (replayed) return 'again'
  return shared ? 'other' : 'first'
}

/** Numbers that are counted are followed by this many of the next ones, then by some that are drawn. */
const NEXT = 2
/** Calls that may meet a used number. */
const MOST_CALLS = 5

/** Which number a send takes that has met used ones so often; `null` when there have been enough. */
export const moveAfter = (collisions: number, kind: NumberedSend): 'next' | 'drawn' | null => {
  if (collisions >= MOST_CALLS) return null
  // The numbers of these are not counted but made of what they belong to: the next one is somebody else's.
  const counted = kind !== 'parked' && kind !== 'companion'
  return counted && collisions <= NEXT ? 'next' : 'drawn'
}
