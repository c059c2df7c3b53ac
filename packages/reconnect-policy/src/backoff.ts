import type { Policy } from './policy.js'

/** Lengthens a wait by a random share of itself, at most `jitter`. Never shortens it. */
export const addJitter = (delay: number, jitter: number, random: () => number): number => {
  const share = random()
  return delay * (1 + jitter * (share > 0 ? Math.min(share, 1) : 0))
}

/** The rung after a number of consumed attempts; the last rung repeats. */
export const rungAt = (ladder: readonly number[], consumed: number): number =>
  ladder[Math.min(consumed, ladder.length - 1)] as number

/** The shortest rung of both ladders. */
export const shortestRung = ({ ladder, httpLadder }: Policy): number => Math.min(...ladder, ...httpLadder)

/**
 * The wait in ms before retry `attempt` (1, 2, 3, …), for retries without a history: a ladder with jitter.
 *
 * @example
 *   const wait = backoff({ ladder: [1_000, 5_000], jitter: 0.2 }, attempt, Math.random)
 *
 * @param random returns numbers from 0 up to 1
 */
export const backoff = (
  policy: Pick<Policy, 'ladder' | 'jitter'>,
  attempt: number,
  random: () => number,
): number => addJitter(rungAt(policy.ladder, Math.max(0, attempt - 1)), policy.jitter, random)
