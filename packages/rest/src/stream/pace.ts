import type { Setback, StreamState } from './stream-state.js'

/** A chunk that was answered late is followed no sooner than this, in ms: clients in the field keep it (§5.4). */
const LEAST_GAP = 300
/** How the pace comes back after a complaint. */
const FASTER = 0.8

/** ms to wait after faults that pass: people are looking on. */
const FAULT = [300, 1000, 3000] as const

/** ms to wait after setbacks of one kind in a row, and how many of them are borne. */
const PATIENCE: { readonly [S in Setback]?: { readonly waits: readonly number[]; readonly most: number } } = {
  // §5.4.1: 1, 2, 4 s.
  limited: { waits: [1000, 2000, 4000], most: Infinity },
  // Another stream to this user may end: 5 s in all.
  busy: { waits: [1000, 2000, 2000], most: 3 },
  fault_once: { waits: FAULT, most: 1 },
  // Nothing left: for about a minute, like every call.
  not_connected: { waits: FAULT, most: 20 },
  no_token: { waits: FAULT, most: 20 },
  // With the first one, five calls in all.
  taken: { waits: [0], most: 4 },
}

/** What a chunk is for: to bring text, or to end its message, which is worth fewer attempts. */
type Purpose = 'text' | 'end'

/** What never left is no attempt at what the platform may have seen. */
const UNSENT: ReadonlySet<Setback> = new Set(['not_connected', 'no_token'])

/** Attempts that may fail in a row. */
const MOST_ATTEMPTS = { text: 15, end: 5 } as const
/** A pause that the platform asks for is kept up to this, in ms. A longer one ends the message. */
const LONGEST_PAUSE = 60_000

/** When the next chunk may go, after one that was taken `now`. */
export const paceAfter = (
  { interval, startedAt, rules }: StreamState,
  now: number,
): Pick<StreamState, 'interval' | 'dueAt'> => {
  const next = Math.max(rules.throttle, interval * FASTER)
  return { interval: next, dueAt: Math.max(startedAt + next, now + Math.min(next, LEAST_GAP)) }
}

const at = (waits: readonly number[], count: number): number => waits[Math.min(count, waits.length) - 1] ?? 0

/** ms to wait after one more setback of this kind; `null` when there have been enough. */
const waitAfter = (setbacks: readonly Setback[], last: Setback, purpose: Purpose): number | null => {
  const counted = setbacks.filter((setback) => !UNSENT.has(setback))
  if (counted.length >= MOST_ATTEMPTS[purpose]) return null
  const patience = PATIENCE[last]
  if (!patience) return at(FAULT, counted.length)
  const count = setbacks.filter((setback) => setback === last).length
  return count > patience.most ? null : at(patience.waits, count)
}

/** The state with one more setback, and when to try again; `null` when there have been enough of them. */
export const setBack = (
  state: StreamState,
  setback: Setback,
  { now, purpose, pause }: { readonly now: number; readonly purpose: Purpose; readonly pause: number | null },
): StreamState | null => {
  const setbacks = [...state.setbacks, setback]
  const wait = waitAfter(setbacks, setback, purpose)
  if (wait === null || (pause ?? 0) > LONGEST_PAUSE) return null
  const interval = setback === 'limited' ? Math.max(state.interval, wait) : state.interval
  return { ...state, setbacks, interval, dueAt: now + Math.max(wait, pause ?? 0) }
}
