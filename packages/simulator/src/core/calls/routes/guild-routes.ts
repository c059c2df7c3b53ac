import {
  changeChannel,
  deleteChannel,
  getChannel,
  listChannels,
  makeChannel,
} from '../../guild-content/channel-calls.js'
import {
  getMemberPermissions,
  getRolePermissions,
  setMemberPermissions,
  setRolePermissions,
} from '../../guild-content/permissions.js'
import {
  changeRole,
  createRole,
  deleteRole,
  giveRole,
  listRoleMembers,
  listRoles,
  takeRole,
} from '../../guild-content/roles.js'
import { getGuild } from '../../guild/guild-calls.js'
import { getGuildMember, listGuildMembers, removeGuildMember } from '../../guild/member-calls.js'
import { muteGuild, muteMember } from '../../guild/mutes.js'
import type { Row } from './route.js'

/** Guilds, their channels, members and roles (§5.11). */
export const guildRoutes: readonly Row[] = [
  ['guild.get', 'GET', '/guilds/{}', getGuild],
  ['guild.channels', 'GET', '/guilds/{}/channels', listChannels],
  ['guild.make-channel', 'POST', '/guilds/{}/channels', makeChannel],
  ['channel.get', 'GET', '/channels/{}', getChannel],
  ['channel.change', 'PATCH', '/channels/{}', changeChannel],
  ['channel.delete', 'DELETE', '/channels/{}', deleteChannel],
  ['guild.members', 'GET', '/guilds/{}/members', listGuildMembers],
  ['guild.member', 'GET', '/guilds/{}/members/{}', getGuildMember],
  ['guild.remove-member', 'DELETE', '/guilds/{}/members/{}', removeGuildMember],
  ['guild.mute', 'PATCH', '/guilds/{}/mute', muteGuild],
  ['guild.mute-member', 'PATCH', '/guilds/{}/members/{}/mute', muteMember],
  ['guild.roles', 'GET', '/guilds/{}/roles', listRoles],
  ['guild.create-role', 'POST', '/guilds/{}/roles', createRole],
  ['guild.change-role', 'PATCH', '/guilds/{}/roles/{}', changeRole],
  ['guild.delete-role', 'DELETE', '/guilds/{}/roles/{}', deleteRole],
  ['guild.role-members', 'GET', '/guilds/{}/roles/{}/members', listRoleMembers],
  ['guild.give-role', 'PUT', '/guilds/{}/members/{}/roles/{}', giveRole],
  ['guild.take-role', 'DELETE', '/guilds/{}/members/{}/roles/{}', takeRole],
  ['channel.member-permissions', 'GET', '/channels/{}/members/{}/permissions', getMemberPermissions],
  ['channel.set-member-permissions', 'PUT', '/channels/{}/members/{}/permissions', setMemberPermissions],
  ['channel.role-permissions', 'GET', '/channels/{}/roles/{}/permissions', getRolePermissions],
  ['channel.set-role-permissions', 'PUT', '/channels/{}/roles/{}/permissions', setRolePermissions],
]
