import type { KernelWorld } from '../kernel/kernel.js'

/** An access token that the platform gave out. */
export interface Token {
  readonly value: string
  readonly expiresAt: number
}

/** A bot that exists on the platform. */
export interface Bot {
  readonly appId: string
  readonly secret: string
  /**
   * The third console value, for the old authorization
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/01-credentials-and-token.md#1-1 §1.1}).
   */
  readonly legacyToken: string
  readonly name: string
  /**
   * The guild-style id of the bot
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-3 §3.3}).
   */
  readonly userId: string
  /** Intents that the bot may ask for. */
  intents: number
  /**
   * Private-domain bots may recall and administer
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-6 §5.6},
   * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   */
  readonly privateDomain: boolean
  /**
   * The platform opened group management to the bot
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
   */
  readonly groupManagement: boolean
  /**
   * The platform opened menus and panels to the bot
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}).
   */
  readonly menus: boolean
  /**
   * Certified bots have larger proactive quotas
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-4 §6.4}).
   */
  readonly certified: boolean
  standing: 'good' | 'delisted' | 'banned'
  /**
   * Newest last; two at most are valid at a time
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/01-credentials-and-token.md#1-3 §1.3}).
   */
  tokens: Token[]
  tokenCalls: number[]
  /** Identifies within the current 24 h, and the end of these hours. */
  starts: { used: number; resetsAt: number }
  recentStarts: number[]
  readonly sessions: Set<string>
  /**
   * Address to which events are pushed; `null` for the gateway
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/07-webhook.md#7 §7}).
   */
  webhook: string | null
}

/** The world with its bots. */
export interface BotWorld extends KernelWorld {
  /** Keyed by AppID. */
  readonly bots: Map<string, Bot>
}
