import { CHANNEL, GUILD, MESSAGE, ROLE, USER, type Row } from './row.js'

const guild = { id: GUILD, name: 'home', icon: '', owner_id: USER, owner: true, member_count: 3 }
const channel = {
  id: CHANNEL,
  guild_id: GUILD,
  name: 'talk',
  type: 0,
  sub_type: 0,
  position: 1,
  owner_id: USER,
}
const member = {
  user: { id: USER, username: 'abc' },
  nick: 'abc',
  roles: ['1'],
  joined_at: '2022-02-03T04:05:06+08:00',
}
const role = { id: ROLE, name: 'vip', color: 4_294_967_295, hoist: 1, number: 2, member_limit: 10 }
const announces = { guild_id: GUILD, channel_id: CHANNEL, message_id: MESSAGE }
const permission = { path: '/guilds/{guild_id}/members/{user_id}', method: 'GET' }

/** §5.11: guilds, channels, members, roles, permissions, mute, announcements. */
export const guildRows: readonly Row[] = [
  {
    endpoint: 'GET /guilds/{guild_id}',
    call: (rest) => rest.api.guilds.get(GUILD),
    path: `/guilds/${GUILD}`,
    answer: guild,
  },
  {
    endpoint: 'GET /guilds/{guild_id}/channels',
    call: (rest) => rest.api.channels.list(GUILD),
    path: `/guilds/${GUILD}/channels`,
    answer: [channel],
  },
  {
    endpoint: 'POST /guilds/{guild_id}/channels',
    call: (rest) => rest.api.channels.create(GUILD, { name: 'talk', type: 0, private_user_ids: [USER] }),
    path: `/guilds/${GUILD}/channels`,
    body: { name: 'talk', type: 0, private_user_ids: [USER] },
    answer: channel,
  },
  {
    endpoint: 'GET /channels/{channel_id}',
    call: (rest) => rest.api.channels.get(CHANNEL),
    path: `/channels/${CHANNEL}`,
    answer: channel,
  },
  {
    endpoint: 'PATCH /channels/{channel_id}',
    call: (rest) => rest.api.channels.update(CHANNEL, { name: 'chat' }),
    path: `/channels/${CHANNEL}`,
    body: { name: 'chat' },
    answer: { ...channel, name: 'chat' },
  },
  {
    endpoint: 'DELETE /channels/{channel_id}',
    call: (rest) => rest.api.channels.delete(CHANNEL),
    path: `/channels/${CHANNEL}`,
  },
  {
    endpoint: 'GET /guilds/{guild_id}/members',
    call: (rest) => rest.api.members.list(GUILD, { after: '0', limit: 400 }),
    path: `/guilds/${GUILD}/members?after=0&limit=400`,
    answer: [member],
  },
  {
    endpoint: 'GET /guilds/{guild_id}/roles/{role_id}/members',
    call: (rest) => rest.api.roles.members(GUILD, ROLE, { start_index: '0', limit: 400 }),
    path: `/guilds/${GUILD}/roles/${ROLE}/members?start_index=0&limit=400`,
    answer: { data: [member], next: '103' },
  },
  {
    endpoint: 'GET /guilds/{guild_id}/members/{user_id}',
    call: (rest) => rest.api.members.get(GUILD, USER),
    path: `/guilds/${GUILD}/members/${USER}`,
    answer: member,
  },
  {
    endpoint: 'DELETE /guilds/{guild_id}/members/{user_id}',
    call: (rest) =>
      rest.api.members.remove(GUILD, USER, { add_blacklist: true, delete_history_msg_days: -1 }),
    path: `/guilds/${GUILD}/members/${USER}`,
    body: { add_blacklist: true, delete_history_msg_days: -1 },
  },
  {
    endpoint: 'GET /guilds/{guild_id}/roles',
    call: (rest) => rest.api.roles.list(GUILD),
    path: `/guilds/${GUILD}/roles`,
    answer: { guild_id: GUILD, roles: [role], role_num_limit: '30' },
  },
  {
    endpoint: 'POST /guilds/{guild_id}/roles',
    call: (rest) => rest.api.roles.create(GUILD, { name: 'vip', hoist: '1' }),
    path: `/guilds/${GUILD}/roles`,
    body: { name: 'vip', hoist: '1' },
    answer: { role_id: ROLE, role },
  },
  {
    endpoint: 'PATCH /guilds/{guild_id}/roles/{role_id}',
    call: (rest) => rest.api.roles.update(GUILD, ROLE, { color: 4_294_967_295 }),
    path: `/guilds/${GUILD}/roles/${ROLE}`,
    body: { color: 4_294_967_295 },
    answer: { guild_id: GUILD, role_id: ROLE, role },
  },
  {
    endpoint: 'DELETE /guilds/{guild_id}/roles/{role_id}',
    call: (rest) => rest.api.roles.delete(GUILD, ROLE),
    path: `/guilds/${GUILD}/roles/${ROLE}`,
  },
  {
    endpoint: 'PUT /guilds/{guild_id}/members/{user_id}/roles/{role_id}',
    call: (rest) => rest.api.roles.give(GUILD, USER, '5', { channel: { id: CHANNEL } }),
    path: `/guilds/${GUILD}/members/${USER}/roles/5`,
    body: { channel: { id: CHANNEL } },
  },
  {
    endpoint: 'DELETE /guilds/{guild_id}/members/{user_id}/roles/{role_id}',
    call: (rest) => rest.api.roles.take(GUILD, USER, ROLE),
    path: `/guilds/${GUILD}/members/${USER}/roles/${ROLE}`,
  },
  {
    endpoint: 'GET /channels/{channel_id}/members/{user_id}/permissions',
    call: (rest) => rest.api.permissions.ofMember(CHANNEL, USER),
    path: `/channels/${CHANNEL}/members/${USER}/permissions`,
    answer: { channel_id: CHANNEL, user_id: USER, permissions: '7' },
  },
  {
    endpoint: 'GET /channels/{channel_id}/roles/{role_id}/permissions',
    call: (rest) => rest.api.permissions.ofRole(CHANNEL, ROLE),
    path: `/channels/${CHANNEL}/roles/${ROLE}/permissions`,
    answer: { channel_id: CHANNEL, role_id: ROLE, permissions: '7' },
  },
  {
    endpoint: 'PUT /channels/{channel_id}/members/{user_id}/permissions',
    call: (rest) => rest.api.permissions.setForMember(CHANNEL, USER, { add: '4', remove: '0' }),
    path: `/channels/${CHANNEL}/members/${USER}/permissions`,
    body: { add: '4', remove: '0' },
  },
  {
    endpoint: 'PUT /channels/{channel_id}/roles/{role_id}/permissions',
    call: (rest) => rest.api.permissions.setForRole(CHANNEL, ROLE, { remove: '2' }),
    path: `/channels/${CHANNEL}/roles/${ROLE}/permissions`,
    body: { remove: '2' },
  },
  {
    endpoint: 'PATCH /guilds/{guild_id}/mute',
    call: (rest) => rest.api.guilds.mute(GUILD, { mute_end_timestamp: '1790000000' }),
    path: `/guilds/${GUILD}/mute`,
    body: { mute_end_timestamp: '1790000000' },
  },
  {
    endpoint: 'PATCH /guilds/{guild_id}/mute',
    call: (rest) => rest.api.members.muteSeveral(GUILD, { mute_seconds: '60', user_ids: [USER, '9'] }),
    path: `/guilds/${GUILD}/mute`,
    body: { mute_seconds: '60', user_ids: [USER, '9'] },
    answer: { user_ids: [USER] },
  },
  {
    endpoint: 'PATCH /guilds/{guild_id}/members/{user_id}/mute',
    call: (rest) => rest.api.members.mute(GUILD, USER, { mute_seconds: '0' }),
    path: `/guilds/${GUILD}/members/${USER}/mute`,
    body: { mute_seconds: '0' },
  },
  {
    endpoint: 'POST /guilds/{guild_id}/announces',
    call: (rest) => rest.api.announces.create(GUILD, { message_id: MESSAGE, channel_id: CHANNEL }),
    path: `/guilds/${GUILD}/announces`,
    body: { message_id: MESSAGE, channel_id: CHANNEL },
    answer: announces,
  },
  {
    endpoint: 'DELETE /guilds/{guild_id}/announces/{message_id}',
    call: (rest) => rest.api.announces.delete(GUILD, 'all'),
    path: `/guilds/${GUILD}/announces/all`,
  },
  {
    endpoint: 'POST /channels/{channel_id}/announces',
    call: (rest) => rest.api.announces.createInChannel(CHANNEL, { message_id: MESSAGE }),
    path: `/channels/${CHANNEL}/announces`,
    body: { message_id: MESSAGE },
    answer: announces,
  },
  {
    endpoint: 'DELETE /channels/{channel_id}/announces/{message_id}',
    call: (rest) => rest.api.announces.deleteInChannel(CHANNEL, MESSAGE),
    path: `/channels/${CHANNEL}/announces/${MESSAGE}`,
  },
  {
    endpoint: 'GET /guilds/{guild_id}/api_permission',
    call: (rest) => rest.api.apiPermissions.list(GUILD),
    path: `/guilds/${GUILD}/api_permission`,
    answer: { apis: [{ ...permission, desc: 'member', auth_status: 1 }] },
  },
  {
    endpoint: 'POST /guilds/{guild_id}/api_permission/demand',
    call: (rest) =>
      rest.api.apiPermissions.demand(GUILD, {
        channel_id: CHANNEL,
        api_identify: permission,
        desc: 'please',
      }),
    path: `/guilds/${GUILD}/api_permission/demand`,
    body: { channel_id: CHANNEL, api_identify: permission, desc: 'please' },
    answer: { guild_id: GUILD, channel_id: CHANNEL, api_identify: permission, title: 't', desc: 'please' },
  },
]
