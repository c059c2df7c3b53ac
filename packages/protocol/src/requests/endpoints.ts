import type { AnnounceEndpoints } from './announces.js'
import type { ApiPermissionEndpoints } from './api-permissions.js'
import type { AudioEndpoints } from './audio.js'
import type { BotEndpoints } from './bot.js'
import type { GroupJoinEndpoints } from './group-join.js'
import type { GroupMemberEndpoints } from './group-members.js'
import type { GroupMuteEndpoints } from './group-mute.js'
import type { GuildMemberEndpoints } from './guild-members.js'
import type { GuildMessageEndpoints } from './guild-messages.js'
import type { GuildRoleEndpoints } from './guild-roles.js'
import type { GuildEndpoints } from './guilds.js'
import type { InteractionEndpoints } from './interactions.js'
import type { MediaEndpoints } from './media.js'
import type { MenuEndpoints } from './menu.js'
import type { OpenidMessageEndpoints } from './openid-messages.js'
import type { PanelEndpoints } from './panels.js'
import type { ScheduleEndpoints } from './schedules.js'
import type { ThreadEndpoints } from './threads.js'

/**
 * Every call of {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5 §5}, by method and
 * path: its `query`, `body` and `response` where it has one.
 */
export interface Endpoints
  extends
    BotEndpoints,
    OpenidMessageEndpoints,
    MediaEndpoints,
    InteractionEndpoints,
    GroupMemberEndpoints,
    GroupJoinEndpoints,
    GroupMuteEndpoints,
    MenuEndpoints,
    PanelEndpoints,
    GuildMessageEndpoints,
    GuildEndpoints,
    GuildMemberEndpoints,
    GuildRoleEndpoints,
    AnnounceEndpoints,
    ScheduleEndpoints,
    AudioEndpoints,
    ThreadEndpoints,
    ApiPermissionEndpoints {}

/** A method and path, e.g. `'GET /users/@me'`. */
export type Endpoint = keyof Endpoints

/** The body of a call; `undefined` where it has none. */
export type BodyOf<E extends Endpoint> = Endpoints[E] extends { body: infer B } ? B : undefined

/** The query of a call; `undefined` where it has none. */
export type QueryOf<E extends Endpoint> = Endpoints[E] extends { query: infer Q } ? Q : undefined

/** The answer of a call. */
export type ResponseOf<E extends Endpoint> = Endpoints[E]['response']
