import type { ApiCalls } from './calls/api-calls.js'
import { AnnouncesApi } from './resources/announces.js'
import { ApiPermissionsApi } from './resources/api-permissions.js'
import { AudioApi } from './resources/audio.js'
import { ChannelsApi } from './resources/channels.js'
import { DmsApi } from './resources/dms.js'
import { GatewayApi } from './resources/gateway.js'
import { GroupBlacklistApi } from './resources/group-blacklist.js'
import { GroupMembersApi } from './resources/group-members.js'
import { GroupMutesApi } from './resources/group-mutes.js'
import { GroupsApi } from './resources/groups.js'
import { GuildsApi } from './resources/guilds.js'
import { HttpSessionsApi } from './resources/http-sessions.js'
import { JoinRequestsApi } from './resources/join-requests.js'
import { JoinStrategiesApi } from './resources/join-strategies.js'
import { MeApi } from './resources/me.js'
import { MembersApi } from './resources/members.js'
import { MenuApi } from './resources/menu.js'
import { MessageSettingsApi } from './resources/message-settings.js'
import { MessagesApi } from './resources/messages.js'
import { MicApi } from './resources/mic.js'
import { PanelsApi } from './resources/panels.js'
import { PermissionsApi } from './resources/permissions.js'
import { PinsApi } from './resources/pins.js'
import { ReactionsApi } from './resources/reactions.js'
import { RolesApi } from './resources/roles.js'
import { SchedulesApi } from './resources/schedules.js'
import { ShareLinksApi } from './resources/share-links.js'
import { ThreadsApi } from './resources/threads.js'

/**
 * Every call of the HTTP API
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5 §5}), grouped by resource. Ids
 * come first, then the body or query as an object with the API's field names, then `{ signal, timeout }`. Wrong input
 * throws an `InvalidRequestError` before any request.
 *
 * @example
 * await rest.api.members.mute(guildId, userId, { mute_seconds: '60' })
 * for await (const member of rest.api.groupMembers.all(groupOpenid)) console.log(member.username)
 */
export class Api {
  /** The bot itself. */
  readonly me: MeApi
  /** Address of the gateway. */
  readonly gateway: GatewayApi
  /** Messages of guild channels. */
  readonly messages: MessagesApi
  /** Reactions to guild messages. */
  readonly reactions: ReactionsApi
  /** Private conversations in guilds. */
  readonly dms: DmsApi
  /** How often the bot may send proactive messages in a guild. */
  readonly messageSettings: MessageSettingsApi
  /** Guilds. */
  readonly guilds: GuildsApi
  /** Channels of guilds. */
  readonly channels: ChannelsApi
  /** Members of guilds. */
  readonly members: MembersApi
  /** Roles of guilds and their members. */
  readonly roles: RolesApi
  /** Permissions of members and roles in a channel. */
  readonly permissions: PermissionsApi
  /** Announcements of guilds. */
  readonly announces: AnnouncesApi
  /** Pinned messages of channels. */
  readonly pins: PinsApi
  /** Schedules of channels. */
  readonly schedules: SchedulesApi
  /** Playing in voice channels. */
  readonly audio: AudioApi
  /** The microphone in voice channels. */
  readonly mic: MicApi
  /** Threads of forum channels. */
  readonly threads: ThreadsApi
  /** API calls that a guild grants the bot. */
  readonly apiPermissions: ApiPermissionsApi
  /** Groups. */
  readonly groups: GroupsApi
  /** Members of groups. */
  readonly groupMembers: GroupMembersApi
  /** The blacklist of a group. */
  readonly groupBlacklist: GroupBlacklistApi
  /** Muted members of a group. */
  readonly groupMutes: GroupMutesApi
  /** Applications to join groups. */
  readonly joinRequests: JoinRequestsApi
  /** Strategies that approve join requests of listed users. */
  readonly joinStrategies: JoinStrategiesApi
  /** The menu of the bot in private chats. */
  readonly menu: MenuApi
  /** Panels of commands and links beside the input box. */
  readonly panels: PanelsApi
  /** Links by which people find the bot. */
  readonly shareLinks: ShareLinksApi
  /** Sessions of the old HTTP gateway; never documented. */
  readonly httpSessions: HttpSessionsApi

  constructor(calls: ApiCalls) {
    this.me = new MeApi(calls)
    this.gateway = new GatewayApi(calls)
    this.messages = new MessagesApi(calls)
    this.reactions = new ReactionsApi(calls)
    this.dms = new DmsApi(calls)
    this.messageSettings = new MessageSettingsApi(calls)
    this.guilds = new GuildsApi(calls)
    this.channels = new ChannelsApi(calls)
    this.members = new MembersApi(calls)
    this.roles = new RolesApi(calls)
    this.permissions = new PermissionsApi(calls)
    this.announces = new AnnouncesApi(calls)
    this.pins = new PinsApi(calls)
    this.schedules = new SchedulesApi(calls)
    this.audio = new AudioApi(calls)
    this.mic = new MicApi(calls)
    this.threads = new ThreadsApi(calls)
    this.apiPermissions = new ApiPermissionsApi(calls)
    this.groups = new GroupsApi(calls)
    this.groupMembers = new GroupMembersApi(calls)
    this.groupBlacklist = new GroupBlacklistApi(calls)
    this.groupMutes = new GroupMutesApi(calls)
    this.joinRequests = new JoinRequestsApi(calls)
    this.joinStrategies = new JoinStrategiesApi(calls)
    this.menu = new MenuApi(calls)
    this.panels = new PanelsApi(calls)
    this.shareLinks = new ShareLinksApi(calls)
    this.httpSessions = new HttpSessionsApi(calls)
  }
}
