import type { RestError, RestStep, SendResult } from '@qqkit/rest'

import { BotError } from '../common/errors.js'
import type { Target } from '../events/message.js'
import type { OutgoingMessage } from './platform-client.js'

/** A reply that could not be sent and waits for the next event of its place. Plain JSON. */
export interface ParkedReply {
  /** Replies are sent in the order of their ids, compared as text. */
  readonly id: string
  readonly target: Target
  readonly message: OutgoingMessage
  /** Wall time in ms after which it is dropped. */
  readonly expiresAt: number
  /** How often it was refused since it was parked. */
  readonly attempts: number
}

/** The result of a reply that could not be sent now: it is sent with the next event of its place, from any person. */
export interface ParkedResult {
  readonly kind: 'parked'
  /** Unknown until the reply is sent. */
  readonly id: null
  readonly mode: 'passive'
  /** The attempts so far. */
  readonly steps: readonly RestStep[]
  /** Wall time in ms after which it is dropped. */
  readonly expiresAt: number
  /** Why it could not be sent. */
  readonly error: RestError
}

/** The result of a reply. `'parked'` only with `onUndeliverable: 'park'`. */
export type ReplyResult = SendResult | ParkedResult

/** The key of a bot's parked replies to one place: several bots can share a store. */
export const parkingPlaceOf = (appId: string, { scene, id }: Target): string => `${appId}:${scene}:${id}`

const isReply = (stored: Partial<ParkedReply> | null | undefined): boolean =>
  typeof stored?.id === 'string' &&
  typeof stored.target?.id === 'string' &&
  typeof stored.attempts === 'number' &&
  (typeof stored.message === 'string' || (typeof stored.message === 'object' && stored.message !== null))

/** A reply as a store gives it; `null` for none. @throws BotError `park_store_odd` */
export const replyFrom = (stored: ParkedReply | null): ParkedReply | null => {
  if (stored === null || stored === undefined) return null
  if (!isReply(stored)) throw new BotError('park_store_odd')
  return stored
}

/** A list of replies as a store gives it. @throws BotError `park_store_odd` */
export const repliesFrom = (stored: readonly ParkedReply[]): readonly ParkedReply[] => {
  if (stored === null || stored === undefined) return []
  if (!Array.isArray(stored) || !stored.every(isReply)) throw new BotError('park_store_odd')
  return stored
}
