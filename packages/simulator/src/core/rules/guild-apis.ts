/** A call that the owner of a guild grants to a bot (§5.11). */
export interface GuildApi {
  readonly method: string
  readonly path: string
  readonly desc: string
  /** Name of the route. */
  readonly route: string
}

const api = (method: string, path: string, desc: string, route: string): GuildApi => ({
  method,
  path,
  desc,
  route,
})

/**
 * The list of `GET /guilds/{}/api_permission`. The real list is not documented; these calls are from §5.10 and §5.11.
 */
export const guildApis: readonly GuildApi[] = [
  api('GET', '/guilds/{guild_id}', '查询频道信息', 'guild.get'),
  api('GET', '/guilds/{guild_id}/channels', '查询子频道列表', 'guild.channels'),
  api('POST', '/guilds/{guild_id}/channels', '创建子频道', 'guild.make-channel'),
  api('GET', '/channels/{channel_id}', '查询子频道信息', 'channel.get'),
  api('PATCH', '/channels/{channel_id}', '修改子频道', 'channel.change'),
  api('DELETE', '/channels/{channel_id}', '删除子频道', 'channel.delete'),
  api('GET', '/guilds/{guild_id}/members', '查询频道成员列表', 'guild.members'),
  api('GET', '/guilds/{guild_id}/members/{user_id}', '查询成员信息', 'guild.member'),
  api('DELETE', '/guilds/{guild_id}/members/{user_id}', '删除频道成员', 'guild.remove-member'),
  api('GET', '/guilds/{guild_id}/roles', '查询频道身份组列表', 'guild.roles'),
  api('POST', '/guilds/{guild_id}/roles', '创建频道身份组', 'guild.create-role'),
  api('PUT', '/guilds/{guild_id}/members/{user_id}/roles/{role_id}', '添加身份组成员', 'guild.give-role'),
  api('PATCH', '/guilds/{guild_id}/mute', '设置禁言', 'guild.mute'),
  api('POST', '/channels/{channel_id}/messages', '发送消息到子频道', 'channel.send'),
  api('POST', '/guilds/{guild_id}/announces', '设置频道公告', 'guild.announce'),
  api('PUT', '/channels/{channel_id}/pins/{message_id}', '添加精华消息', 'channel.pin'),
  api('POST', '/channels/{channel_id}/schedules', '创建日程', 'channel.create-schedule'),
]
