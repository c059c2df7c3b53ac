import type { GatewayBot, GatewayUrl } from '../gateway/gateway-info.js'
import type { Guild } from '../objects/guild.js'
import type { EmptyAnswer } from './empty-answer.js'

/** `GET /users/@me` ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-1 §5.1}). */
export interface Me {
  readonly id: string
  readonly username: string
  readonly avatar: string
  readonly bot?: boolean
  readonly union_openid?: string
  readonly union_user_account?: string
  /** Known from examples only. */
  readonly share_url?: string
  /** Known from examples only. */
  readonly welcome_msg?: string
  /** Known from examples only. */
  readonly welcome_suggestions?: unknown
}

/**
 * `GET /users/@me/guilds`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-1 §5.1}).
 */
export interface MyGuildsQuery {
  /** Reverses first; with both, `after` is ignored. */
  readonly before?: string
  readonly after?: string
  /** At most and by default 100. */
  readonly limit?: number
}

/**
 * `POST /v2/generate_url_link`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}). CONFLICT: one client
 * sends the key as `callbackData`.
 */
export interface ShareLinkRequest {
  /** At most 32 characters; comes back as `scene_param` of `FRIEND_ADD`. */
  readonly callback_data?: string
  /** An address to jump to. */
  readonly url_link?: string
}

/**
 * The share link: `url_link` by the docs. CONFLICT
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}: clients have met
 * `data.url_link`, `data.url` and `url` too.
 */
export interface ShareLinkAnswer {
  readonly url_link?: string
  readonly data?: { readonly url_link?: string; readonly url?: string }
  readonly url?: string
  readonly retcode?: number
}

/**
 * Bot and gateway ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-1 §5.1}). The
 * webhook session calls were never documented; one official SDK has them.
 */
export interface BotEndpoints {
  'GET /users/@me': { response: Me }
  'GET /users/@me/guilds': { query: MyGuildsQuery; response: readonly Guild[] }
  'GET /gateway': { response: GatewayUrl }
  'GET /gateway/bot': { response: GatewayBot }
  'POST /v2/generate_url_link': { body: ShareLinkRequest; response: ShareLinkAnswer }
  'POST /gateway/webhook/sessions': { body: unknown; response: unknown }
  'GET /gateway/webhook/sessions': { response: unknown }
  'PATCH /gateway/webhook/sessions/{session_id}': { query: { readonly action: 'check' }; response: unknown }
  'DELETE /gateway/webhook/sessions/{session_id}': { response: EmptyAnswer }
}
