import type { Happening } from '../core/actions/lifecycle.js'
import type { FaultSpec, SocketAction } from '../core/kernel/faults.js'
import type { LiveName } from '../core/rules/live-settings.js'
import type { Scene } from '../core/rules/scene.js'

/** An act of a scenario. */
export type ScenarioAct =
  /** A person says something. `person` defaults to `peer`. */
  | {
      readonly kind: 'say'
      readonly scene: Scene
      readonly peer: string
      readonly person?: string
      readonly text: string
      /** Whether the bot is mentioned, in groups and channels; default `true`. */
      readonly mention?: boolean
      /** Number of pushes; default 1. */
      readonly copies?: number
    }
  /** A person presses a button of the bot's newest message that has it, named by id, data or label. */
  | {
      readonly kind: 'press'
      readonly scene: Scene
      readonly peer: string
      readonly person?: string
      readonly button: string
    }
  /**
   * A person or the bot joins or leaves, or proactive messages are allowed or refused. In channels, members and bots
   * join the guild.
   */
  | {
      readonly kind: 'happen'
      readonly scene: Scene
      readonly peer: string
      readonly person?: string
      readonly what: Happening
    }
  /** Any event. */
  | { readonly kind: 'publish'; readonly t: string; readonly d: unknown }
  /** A fault is armed. */
  | { readonly kind: 'fault'; readonly fault: FaultSpec }
  /** An armed fault is cleared; without `id` all are. */
  | { readonly kind: 'clear'; readonly id?: string }
  /** An action on all open connections, at once. */
  | { readonly kind: 'now'; readonly action: SocketAction }
  /** A live switch is turned. */
  | { readonly kind: 'live'; readonly name: LiveName; readonly value: string | number }
  /** Gateway sessions are dropped. */
  | { readonly kind: 'forget-sessions' }
  /** Access tokens are revoked. */
  | { readonly kind: 'revoke-tokens' }
  /**
   * The bot's permitted intents and its standing change
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-7 §3.7}).
   */
  | { readonly kind: 'bot'; readonly intents?: number; readonly standing?: 'good' | 'delisted' | 'banned' }

/** An act with its time. */
export type ScenarioStep = ScenarioAct & {
  /** ms after the scenario's start. */
  readonly at: number
  /** Interval of repetitions in ms. */
  readonly every?: number
  /** Number of times that the act happens; default 1. */
  readonly times?: number
}

/** An incident as plain data: it survives a JSON round trip. */
export interface Scenario {
  /** In kebab case. */
  readonly name: string
  /** The incident in one sentence. */
  readonly story: string
  /** The source of the incident: a section of the protocol reference. */
  readonly source: string
  readonly steps: readonly ScenarioStep[]
}
