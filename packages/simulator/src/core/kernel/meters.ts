import { DAY, type Limit } from '../rules/limits.js'
import { putBounded } from './bounded-map.js'
import type { KernelWorld } from './kernel.js'
import { dayNumber } from './time.js'

const keyOf = (world: KernelWorld, limit: Limit, subject: string): string =>
  limit.ms === DAY
    ? `${limit.max} day ${dayNumber(world.now)} ${subject}`
    : `${limit.max} ${limit.ms} ${subject}`

const countOf = (world: KernelWorld, limit: Limit, subject: string): number => {
  const moments = world.meters.get(keyOf(world, limit, subject))
  if (!moments) return 0
  if (limit.ms !== DAY)
    while (moments.length > 0 && (moments[0] ?? 0) <= world.now - limit.ms) moments.shift()
  return moments.length
}

/** The first limit that is used up for its subject, if any. */
export const firstExceeded = (
  world: KernelWorld,
  limits: readonly (readonly [limit: Limit, subject: string])[],
): Limit | null => {
  if (!world.settings.limits) return null
  return limits.find(([limit, subject]) => countOf(world, limit, subject) >= limit.max)?.[0] ?? null
}

/** Counts one against each limit. */
export const countAgainst = (
  world: KernelWorld,
  limits: readonly (readonly [limit: Limit, subject: string])[],
): void => {
  if (!world.settings.limits) return
  for (const [limit, subject] of limits) {
    const key = keyOf(world, limit, subject)
    const moments = world.meters.get(key)
    if (moments) moments.push(world.now)
    else putBounded(world.meters, key, [world.now], world.settings.memory)
  }
}
