import { getChannel, getGuild, listChannels, listRoles } from '../../guild/guild.js'
import type { Row } from './route.js'

/** Guild administration (§5.11). */
export const GUILD_ROUTES: readonly Row[] = [
  ['guild.get', 'GET', '/guilds/{}', getGuild],
  ['guild.channels', 'GET', '/guilds/{}/channels', listChannels],
  ['guild.roles', 'GET', '/guilds/{}/roles', listRoles],
  ['channel.get', 'GET', '/channels/{}', getChannel],
]
