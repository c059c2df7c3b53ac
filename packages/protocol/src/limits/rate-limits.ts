/**
 * The rate limit of one class of routes
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-6 §2.6}).
 */
export interface RateLimit {
  readonly requests: number
  /** Milliseconds. */
  readonly windowMs: number
  /** What the requests are counted by. */
  readonly per: 'bot' | 'channel' | 'guild' | 'admin'
}

/**
 * The documented rate limits, by class of routes. Other classes have no documented limit. Source:
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-6 §2.6}.
 */
export const rateLimits = {
  /** `POST /v2/users/{}/messages` */
  'c2c.messages': { requests: 100, windowMs: 1000, per: 'bot' },
  /** `POST /v2/groups/{}/messages` */
  'group.messages': { requests: 100, windowMs: 1000, per: 'bot' },
  /** `POST /v2/users/{}/stream_messages` */
  'c2c.stream': { requests: 50, windowMs: 1000, per: 'bot' },
  /** `POST …/files` */
  files: { requests: 50, windowMs: 1000, per: 'bot' },
  /** `POST …/upload_prepare` */
  'upload.prepare': { requests: 10, windowMs: 1000, per: 'bot' },
  /** `POST …/upload_part_finish` */
  'upload.part': { requests: 10, windowMs: 1000, per: 'bot' },
  /** `DELETE /v2/users/{}/messages/{}` */
  'c2c.recall': { requests: 10, windowMs: 1000, per: 'bot' },
  /** `DELETE /v2/groups/{}/messages/{}` */
  'group.recall': { requests: 10, windowMs: 1000, per: 'bot' },
  /** `PUT /interactions/{}` */
  interactions: { requests: 50, windowMs: 1000, per: 'bot' },
  /** `GET /users/@me` */
  me: { requests: 50, windowMs: 1000, per: 'bot' },
  /** `POST /v2/generate_url_link` */
  'share.link': { requests: 50, windowMs: 1000, per: 'bot' },
  // The guild calls of §5.11, one class each. It is unknown which of them have a documented limit, so all get the same.
  'GET /users/@me/guilds': { requests: 50, windowMs: 1000, per: 'bot' },
  'GET /guilds/{}': { requests: 50, windowMs: 1000, per: 'bot' },
  'GET /guilds/{}/channels': { requests: 50, windowMs: 1000, per: 'bot' },
  'POST /guilds/{}/channels': { requests: 50, windowMs: 1000, per: 'bot' },
  'GET /channels/{}': { requests: 50, windowMs: 1000, per: 'bot' },
  'PATCH /channels/{}': { requests: 50, windowMs: 1000, per: 'bot' },
  'DELETE /channels/{}': { requests: 50, windowMs: 1000, per: 'bot' },
  'GET /guilds/{}/members': { requests: 50, windowMs: 1000, per: 'bot' },
  'GET /guilds/{}/roles/{}/members': { requests: 50, windowMs: 1000, per: 'bot' },
  'GET /guilds/{}/members/{}': { requests: 50, windowMs: 1000, per: 'bot' },
  'DELETE /guilds/{}/members/{}': { requests: 50, windowMs: 1000, per: 'bot' },
  'GET /guilds/{}/roles': { requests: 50, windowMs: 1000, per: 'bot' },
  'POST /guilds/{}/roles': { requests: 50, windowMs: 1000, per: 'bot' },
  'PATCH /guilds/{}/roles/{}': { requests: 50, windowMs: 1000, per: 'bot' },
  'DELETE /guilds/{}/roles/{}': { requests: 50, windowMs: 1000, per: 'bot' },
  'PUT /guilds/{}/members/{}/roles/{}': { requests: 50, windowMs: 1000, per: 'bot' },
  'DELETE /guilds/{}/members/{}/roles/{}': { requests: 50, windowMs: 1000, per: 'bot' },
  'GET /channels/{}/members/{}/permissions': { requests: 50, windowMs: 1000, per: 'bot' },
  'PUT /channels/{}/members/{}/permissions': { requests: 50, windowMs: 1000, per: 'bot' },
  'GET /channels/{}/roles/{}/permissions': { requests: 50, windowMs: 1000, per: 'bot' },
  'PUT /channels/{}/roles/{}/permissions': { requests: 50, windowMs: 1000, per: 'bot' },
  'PATCH /guilds/{}/mute': { requests: 50, windowMs: 1000, per: 'bot' },
  'PATCH /guilds/{}/members/{}/mute': { requests: 50, windowMs: 1000, per: 'bot' },
  'POST /guilds/{}/announces': { requests: 50, windowMs: 1000, per: 'bot' },
  'DELETE /guilds/{}/announces/{}': { requests: 50, windowMs: 1000, per: 'bot' },
  'POST /channels/{}/announces': { requests: 50, windowMs: 1000, per: 'bot' },
  'DELETE /channels/{}/announces/{}': { requests: 50, windowMs: 1000, per: 'bot' },
  'PUT /channels/{}/pins/{}': { requests: 50, windowMs: 1000, per: 'bot' },
  'GET /channels/{}/pins': { requests: 50, windowMs: 1000, per: 'bot' },
  'DELETE /channels/{}/pins/{}': { requests: 50, windowMs: 1000, per: 'bot' },
  'GET /channels/{}/schedules': { requests: 50, windowMs: 1000, per: 'bot' },
  'GET /channels/{}/schedules/{}': { requests: 50, windowMs: 1000, per: 'bot' },
  'PATCH /channels/{}/schedules/{}': { requests: 50, windowMs: 1000, per: 'bot' },
  'DELETE /channels/{}/schedules/{}': { requests: 50, windowMs: 1000, per: 'bot' },
  'POST /channels/{}/audio': { requests: 50, windowMs: 1000, per: 'bot' },
  'PUT /channels/{}/mic': { requests: 50, windowMs: 1000, per: 'bot' },
  'DELETE /channels/{}/mic': { requests: 50, windowMs: 1000, per: 'bot' },
  'GET /channels/{}/threads': { requests: 50, windowMs: 1000, per: 'bot' },
  'GET /channels/{}/threads/{}': { requests: 50, windowMs: 1000, per: 'bot' },
  'PUT /channels/{}/threads': { requests: 50, windowMs: 1000, per: 'bot' },
  'DELETE /channels/{}/threads/{}': { requests: 50, windowMs: 1000, per: 'bot' },
  'POST /channels/{}/threads/{}/comment': { requests: 50, windowMs: 1000, per: 'bot' },
  'GET /guilds/{}/api_permission': { requests: 50, windowMs: 1000, per: 'bot' },
  'GET /channels/{}/online_nums': { requests: 50, windowMs: 1000, per: 'bot' },
  'GET /channels/{}/voice/members': { requests: 50, windowMs: 1000, per: 'bot' },
  'GET /guilds/{}/message/setting': { requests: 50, windowMs: 1000, per: 'bot' },
  /** `GET /v2/menu` */
  'menu.read': { requests: 30, windowMs: 60_000, per: 'bot' },
  /** `PUT /v2/menu` */
  'menu.write': { requests: 5, windowMs: 60_000, per: 'bot' },
  /** `GET /v2/panels…` */
  'panels.read': { requests: 30, windowMs: 60_000, per: 'bot' },
  /** `POST`, `PUT`, `DELETE /v2/panels…` */
  'panels.write': { requests: 10, windowMs: 60_000, per: 'bot' },
  /** `PUT /v2/panels/{}/target` */
  'panels.target': { requests: 60, windowMs: 60_000, per: 'bot' },
  /** `GET /v2/groups/{}/info` */
  'group.info': { requests: 30, windowMs: 60_000, per: 'bot' },
  /** `GET /v2/groups/{}/bot_state` */
  'group.bot_state': { requests: 30, windowMs: 60_000, per: 'bot' },
  /** `GET /v2/groups/{}/join_request_list` */
  'group.join_requests': { requests: 30, windowMs: 60_000, per: 'bot' },
  /** `GET /v2/groups/{}/members/{}` */
  'group.member': { requests: 30, windowMs: 60_000, per: 'bot' },
  /** `GET /v2/groups/{}/member_blacklist` */
  'group.blacklist.read': { requests: 30, windowMs: 60_000, per: 'bot' },
  /** `GET /v2/groups/{}/restrict_chat_setting` */
  'group.mute.read': { requests: 30, windowMs: 60_000, per: 'bot' },
  /** `POST /v2/groups/{}/batch_remove_members` */
  'group.remove_members': { requests: 30, windowMs: 60_000, per: 'bot' },
  /** `GET /v2/groups/{}/members` */
  'group.members': { requests: 60, windowMs: 60_000, per: 'bot' },
  /** `POST /v2/groups/{}/approval_join_request/{}` */
  'group.approval': { requests: 60, windowMs: 60_000, per: 'bot' },
  /** `POST /v2/groups/{}/restrict_chat_setting` */
  'group.mute.write': { requests: 60, windowMs: 60_000, per: 'bot' },
  /** `POST /v2/groups/{}/member_blacklist` */
  'group.blacklist.write': { requests: 60, windowMs: 60_000, per: 'bot' },
  /** Every call below `/v2/groups/join_approval_strategy` */
  'group.approval_strategy': { requests: 60, windowMs: 60_000, per: 'bot' },
  /** `POST /channels/{}/messages`; passive and proactive together */
  'channel.messages': { requests: 5, windowMs: 1000, per: 'channel' },
  /** `POST /channels/{}/schedules`, in all guilds together; in addition to `schedules.guild` */
  'schedules.admin': { requests: 10, windowMs: 86_400_000, per: 'admin' },
  /** `POST /channels/{}/schedules`, of all admins together */
  'schedules.guild': { requests: 100, windowMs: 86_400_000, per: 'guild' },
  /** `POST /guilds/{}/api_permission/demand` */
  'api_permission.demand': { requests: 3, windowMs: 86_400_000, per: 'guild' },
} as const

/** A class of routes with a documented limit. */
export type RateLimitedRoute = keyof typeof rateLimits

const PER_TARGET: ReadonlySet<string> = new Set(['channel', 'guild', 'user', 'group'])

/** Whether a limit counts the requests of each target apart. A limit per admin counts for the bot, which is the admin. */
export const isPerTarget = ({ per }: { readonly per: string }): boolean => PER_TARGET.has(per)
