import type { GatewayWorld } from '../gateway/state.js'
import type { Planned } from '../kernel/kernel.js'

/**
 * A button press or menu choice that waits for the bot's acknowledgement
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-5 §4.5}).
 */
export interface Interaction {
  readonly id: string
  readonly bot: string
  readonly at: number
  /** Names of the conversation and of who pressed. */
  readonly peer: string
  readonly person: string
  readonly type: number
  /**
   * Transport of the event, which also carries the acknowledgement
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/07-webhook.md#7-7 §7.7}).
   */
  readonly over: 'gateway' | 'webhook'
  outcome: ClickOutcome
}

/**
 * State of a click. After 3 s without a code people see a failure
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-7 §5.7}).
 */
export type ClickOutcome =
  /** `miss`: the planned end of its window, if it has one. */
  | { readonly kind: 'waiting'; readonly miss: Planned | null }
  | { readonly kind: 'acknowledged'; readonly code: number }
  | { readonly kind: 'failed' }

/** A push without an outcome yet. */
export interface OpenPush {
  readonly push: number
  readonly bot: string
  readonly t: string | null
  readonly id: string | null
  /** Names of the conversation and of the person that the event belongs to. */
  readonly peer: string | null
  readonly person: string | null
  readonly body: string
  readonly url: string
  readonly expects: PushAnswer
  readonly startedAt: number
  attempt: number
}

/** The answer that a push expects. */
export type PushAnswer =
  /**
   * Any 2xx; for a click, its code
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/07-webhook.md#7-7 §7.7}).
   */
  | { readonly kind: 'event'; readonly interaction: string | null }
  /**
   * A proof that the secret is known
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/07-webhook.md#7-4 §7.4}).
   */
  | { readonly kind: 'proof'; readonly timestamp: string; readonly plain: string }
  /**
   * op 11 with the same number ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/07-webhook.md#7-5 §7.5}).
   */
  | { readonly kind: 'heartbeat'; readonly d: number }

/** The part of the world with events that wait for a bot's answer. */
export interface EventsWorld extends GatewayWorld {
  readonly interactions: Map<string, Interaction>
  /** Groups of buttons that turned grey, as person and group, by message. */
  readonly greyed: Map<string, Set<string>>
  readonly pushes: Map<number, OpenPush>
  /** Number of pushes so far. */
  pushesMade: number
}
