import type { Policy } from './policy.js'

/** Lengthens a wait by up to a share of itself, never shortens it. */
export const lengthen = (delay: number, jitter: number, random: () => number): number => {
  const luck = random()
  return delay * (1 + jitter * (luck > 0 ? Math.min(luck, 1) : 0))
}

/** The rung for a number of attempts already consumed; the last one repeats. */
export const rungAt = (ladder: readonly number[], consumed: number): number =>
  ladder[Math.min(consumed, ladder.length - 1)] as number

/** The shortest wait of either ladder. */
export const shortestRung = ({ ladder, accessLadder }: Policy): number => Math.min(...ladder, ...accessLadder)

/**
 * The wait in ms before retry number `attempt` (1, 2, 3, …) of anything that needs no history: a ladder with jitter.
 *
 * @param random numbers from 0 up to 1
 */
export const backoff = (
  policy: Pick<Policy, 'ladder' | 'jitter'>,
  attempt: number,
  random: () => number,
): number => lengthen(rungAt(policy.ladder, Math.max(0, attempt - 1)), policy.jitter, random)
