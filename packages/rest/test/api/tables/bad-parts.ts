import { type Bad } from './bad.js'
import { CHANNEL, GROUP, GUILD, MESSAGE, ROLE } from './row.js'

/** Wrong queries, and bodies that are none. */
export const badParts: readonly Bad[] = [
  // Parts
  ['no body', (api) => api.menu.set(undefined as never), 'body', null],
  ['a text for a body', (api) => api.guilds.mute(GUILD, 'mute' as never), 'body', null],
  ['null for a query', (api) => api.members.list(GUILD, null as never), 'query', null],
  ['an object in a query', (api) => api.joinStrategies.list({ cursor: {} as never }), 'cursor', null],
  ['NaN in a query', (api) => api.messages.list(CHANNEL, { around: Number.NaN as never }), 'around', null],
  ['a page of none', (api) => api.me.guilds({ limit: 0 }), 'limit', 1],
  ['a page of text', (api) => api.me.guilds({ limit: '5' as never }), 'limit', null],
  ['too many guilds', (api) => api.me.guilds({ limit: 101 }), 'limit', 100],
  ['too many members', (api) => api.members.list(GUILD, { limit: 401 }), 'limit', 400],
  ['too many role members', (api) => api.roles.members(GUILD, ROLE, { limit: 401 }), 'limit', 400],
  ['too many messages', (api) => api.messages.list(CHANNEL, { limit: 21 }), 'limit', 20],
  [
    'too many reactions',
    (api) => api.reactions.users(CHANNEL, MESSAGE, { type: 1, id: '1' }, { limit: 51 }),
    'limit',
    50,
  ],
  ['no emoji', (api) => api.reactions.add(CHANNEL, MESSAGE, undefined as never), 'type', null],
  ['too many on the blacklist', (api) => api.groupBlacklist.list(GROUP, { limit: 101 }), 'limit', 100],
  ['too many applications', (api) => api.joinRequests.list(GROUP, { limit: 51 }), 'limit', 50],
  ['too many strategies', (api) => api.joinStrategies.list({ limit: 51 }), 'limit', 50],
  ['too many panels', (api) => api.panels.list({ scope: 'dm', limit: 51 }), 'limit', 50],
  ['panels of nowhere', (api) => api.panels.list({} as never), 'scope', null],
]
