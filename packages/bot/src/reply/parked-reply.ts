import type { RestError, RestStep, SendResult } from '@qqkit/rest'

import type { Target } from '../events/message.js'
import type { OutgoingMessage } from './platform-client.js'

/** A reply that could not go out and waits until its conversation goes on. Plain JSON. */
export interface ParkedReply {
  /** Replies go out in the order of their ids, compared as text. */
  readonly id: string
  readonly target: Target
  readonly message: OutgoingMessage
  /** Wall time in ms after which it is not worth sending any more. */
  readonly expiresAt: number
  /** How often it was tried and refused since it waits. */
  readonly attempts: number
}

/** A reply could not go out now, and will when its conversation goes on. */
export interface ParkedResult {
  readonly kind: 'parked'
  /** Not known before it goes out. */
  readonly id: null
  readonly mode: 'passive'
  /** What was tried. */
  readonly steps: readonly RestStep[]
  /** Wall time in ms after which it is given up. */
  readonly expiresAt: number
  /** Why it could not go out. */
  readonly error: RestError
}

/** How a reply ended well. `'parked'` only with `onUndeliverable: 'park'`. */
export type ReplyResult = SendResult | ParkedResult

/** The name that replies of one bot to one place are kept under: several bots can share a store. */
export const conversationOf = (appId: string, { scene, id }: Target): string => `${appId}:${scene}:${id}`
