import type { RestError } from '../errors/rest-error.js'
import type { SendKind } from './reply-numbers.js'

/** Whether a send was refused because its `msg_seq` was already used (§6.2). */
export const isDuplicate = ({ facts }: RestError): boolean => facts?.class === 'duplicate'

/**
 * What a reply may repeat. `first`: nothing. `again`: an earlier run of its handler, in this process or a previous one.
 * `other`: a reply of another process to the same event.
 */
export type Life = 'first' | 'again' | 'other'

/** Whether an earlier attempt of the same send may have been executed. */
export type Certainty = 'certain' | 'uncertain'

/**
 * The kind of a send whose number is refused: a reply kind, the first chunk of a stream, or a number given by the caller.
 */
export type NumberedSend = SendKind | 'stream' | 'given'

/** What a refusal as duplicate (40054005) means. */
export type UsedNumber =
  /** The message was delivered: a success. */
  | 'landed'
  /** Another message has the number: this one takes another number. */
  | 'move'
  /** A stream of an earlier run exists and may be incomplete: the whole text is sent as ordinary messages. */
  | 'cut'
  /** Another process streams the same answer. */
  | 'elsewhere'
  /** The message was not delivered, and takes no other number. */
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
 * The rule (ADR 0024), by kind of send and life, each for earlier attempts that were certainly not executed and for
 * those that may have been. A used number counts as delivered if it means the same in both runs. Parked replies are
 * sent by one process only, so their collisions are chance.
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

/** After a collision, this many following numbers are tried, then random ones. */
const NEXT = 2
/** Largest number of calls with a used number. */
const MOST_CALLS = 5

/** Which number to take after this many collisions; `null` after too many. */
export const moveAfter = (collisions: number, kind: NumberedSend): 'next' | 'drawn' | null => {
  if (collisions >= MOST_CALLS) return null
  // The numbers of these kinds are derived, not counted: the next one belongs to another message.
  const counted = kind !== 'parked' && kind !== 'companion'
  return counted && collisions <= NEXT ? 'next' : 'drawn'
}
