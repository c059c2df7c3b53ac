import { createHash } from 'node:crypto'

import { putBounded } from './bounded-map.js'
import { drawHex, type RandomState } from './random.js'

/** A cache of digests, since the same few names recur. */
const digests = new Map<string, string>()

const digest = (...parts: readonly string[]): string => {
  const text = parts.join('\n')
  const known = digests.get(text)
  if (known !== undefined) return known
  const made = createHash('md5').update(text).digest('hex')
  putBounded(digests, text, made, 4_096)
  return made
}

/** An openid: 32 upper-case hex characters, different for every bot (§0). */
export const openidOf = (appId: string, kind: string, name: string): string =>
  digest(appId, kind, name).toUpperCase()

/** A numeric id as guilds, channels and guild users have, different for every bot (§0). */
export const numericIdOf = (appId: string, kind: string, name: string): string =>
  `1${(BigInt(`0x${digest(appId, kind, name).slice(0, 15)}`) % 10n ** 18n).toString().padStart(18, '0')}`

/** A random numeric id, for things without a name. */
export const numericId = (random: RandomState): string =>
  `1${String(BigInt(`0x${drawHex(random, 15)}`) % 10n ** 18n).padStart(18, '0')}`

/** A message id of C2C and groups: opaque, may end in an exclamation mark (§8). */
export const messageId = (random: RandomState): string => `ROBOT1.0_${drawHex(random, 24)}!`

/** A message id of channels and DMs: lower-case hex that starts with `08` (§8). */
export const guildMessageId = (random: RandomState): string => `08${drawHex(random, 30)}`

/** The reference index under which a message can be quoted (§4.2). */
export const referenceIndex = (random: RandomState): string => `REFIDX_${drawHex(random, 16)}==`

/** The outer `id` of an event frame (§3.2). */
export const eventId = (random: RandomState, name: string): string => `${name}:${drawHex(random, 32)}`
