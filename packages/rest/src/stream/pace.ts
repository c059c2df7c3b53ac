import type { StreamState } from './stream-state.js'

/** ms between chunks that the platform's complaints lead to at most. */
const SLOWEST = 8000
/** A chunk that was answered late is followed no sooner than this, in ms: clients in the field keep it (§5.4). */
const LEAST_GAP = 300
/** How the pace changes: away from what was too fast, and slowly back. */
const SLOWER = 2
const FASTER = 0.8

/** When the next chunk may go, after an answer that came `now`. */
export const pace = (
  { interval, startedAt, rules }: StreamState,
  now: number,
  limited: boolean,
): Pick<StreamState, 'interval' | 'dueAt'> => {
  if (limited) {
    const slower = Math.min(interval * SLOWER, SLOWEST)
    return { interval: slower, dueAt: now + slower }
  }
  const next = Math.max(rules.throttle, interval * FASTER)
  return { interval: next, dueAt: Math.max(startedAt + next, now + Math.min(next, LEAST_GAP)) }
}
