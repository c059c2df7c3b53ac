import { guildLimits } from '@qqkit/protocol'
import * as v from 'valibot'

import { filled, flag, listOf } from '../../checks/shapes.js'
import { between, choice, digits, idList, open, type Shapes, someOf } from './body-shapes.js'

const role = () =>
  someOf(
    {
      name: v.optional(filled),
      color: v.optional(between(0, guildLimits.roleColor)),
      // Examples of the docs send it as text (§5.11).
      hoist: v.optional(choice(0, 1, '0', '1')),
    },
    'name',
    'color',
    'hoist',
  )

const mute = () =>
  someOf(
    {
      mute_end_timestamp: v.optional(digits),
      mute_seconds: v.optional(digits),
      user_ids: v.optional(idList),
    },
    'mute_end_timestamp',
    'mute_seconds',
  )

const permissions = () => someOf({ add: v.optional(digits), remove: v.optional(digits) }, 'add', 'remove')

const roleOfChannel = () => open({ channel: v.optional(open({ id: filled })) })

const announcement = () =>
  someOf(
    {
      message_id: v.optional(filled),
      channel_id: v.optional(filled),
      announces_type: v.optional(choice(0, 1)),
      recommend_channels: v.optional(
        listOf(open({ channel_id: filled, introduce: filled }), guildLimits.recommendChannels, 'channel'),
      ),
    },
    'message_id',
    'recommend_channels',
  )

/** Bodies of guilds: members, roles, permissions, announcements (§5.11). */
export const guildBodies: Shapes = Object.freeze({
  'DELETE /guilds/{guild_id}/members/{user_id}': () =>
    open({
      add_blacklist: v.optional(flag),
      delete_history_msg_days: v.optional(choice(3, 7, 15, 30, -1, 0)),
    }),
  'POST /guilds/{guild_id}/roles': role,
  'PATCH /guilds/{guild_id}/roles/{role_id}': role,
  'PUT /guilds/{guild_id}/members/{user_id}/roles/{role_id}': roleOfChannel,
  'DELETE /guilds/{guild_id}/members/{user_id}/roles/{role_id}': roleOfChannel,
  'PUT /channels/{channel_id}/members/{user_id}/permissions': permissions,
  'PUT /channels/{channel_id}/roles/{role_id}/permissions': permissions,
  'PATCH /guilds/{guild_id}/mute': mute,
  'PATCH /guilds/{guild_id}/members/{user_id}/mute': mute,
  'POST /guilds/{guild_id}/announces': announcement,
  'POST /guilds/{guild_id}/api_permission/demand': () =>
    open({ channel_id: filled, api_identify: open({ path: filled, method: filled }), desc: filled }),
})
