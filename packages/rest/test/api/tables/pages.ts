import type { Rest } from '../../../src/index.js'
import { CHANNEL, GROUP, GUILD, MESSAGE, ROLE } from './row.js'

export const users = (...ids: readonly number[]): readonly { readonly user: { readonly id: string } }[] =>
  ids.map((id) => ({ user: { id: String(id) } }))
export const named = (...names: readonly string[]): readonly { readonly member_openid: string }[] =>
  names.map((name) => ({ member_openid: name }))
const at = (minute: number) => ({
  id: `m${minute}`,
  timestamp: `2026-09-01T09:${String(minute).padStart(2, '0')}:00+08:00`,
})

/** A list: its pages, what each was asked for with, and what comes of them. */
export interface PagedList {
  readonly what: string
  readonly read: (rest: Rest) => AsyncIterable<unknown>
  readonly pages: readonly unknown[]
  /** What each page was asked for with. */
  readonly asks: readonly string[]
  readonly items: readonly unknown[]
}

const emoji = { type: 1, id: '277' } as const

/** Every list that pages. */
export const pagedLists: readonly PagedList[] = [
  {
    what: 'members of a guild: after the last one until a page is empty, each once',
    read: (rest) => rest.api.members.all(GUILD),
    pages: [users(1, 2, 3), users(3, 2, 4), []],
    asks: ['limit=400&after=0', 'limit=400&after=3', 'limit=400&after=4'],
    items: users(1, 2, 3, 4),
  },
  {
    what: 'members of a guild: a page with nothing but the member it began after is the end',
    read: (rest) => rest.api.members.all(GUILD, { limit: 2 }),
    pages: [users(1, 2), users(2)],
    asks: ['limit=2&after=0', 'limit=2&after=2'],
    items: users(1, 2),
  },
  {
    what: 'members of a guild from one on',
    read: (rest) => rest.api.members.all(GUILD, { after: '7' }),
    pages: [[]],
    asks: ['limit=400&after=7'],
    items: [],
  },
  {
    what: 'members with a role: where the answer says, until a page is empty',
    read: (rest) => rest.api.roles.allMembers(GUILD, ROLE),
    pages: [
      { data: users(1, 2), next: '103' },
      { data: users(2, 3), next: '205' },
      { data: [], next: '206' },
    ],
    asks: ['limit=400&start_index=0', 'limit=400&start_index=103', 'limit=400&start_index=205'],
    items: users(1, 2, 3),
  },
  {
    what: 'members with a role: no way on is the end',
    read: (rest) => rest.api.roles.allMembers(GUILD, ROLE),
    pages: [{ data: users(1), next: '0' }],
    asks: ['limit=400&start_index=0'],
    items: users(1),
  },
  {
    what: 'guilds of the bot: after the last one',
    read: (rest) => rest.api.me.allGuilds(),
    pages: [[{ id: '1' }, { id: '2' }], [{ id: '3' }], []],
    asks: ['limit=100', 'limit=100&after=2', 'limit=100&after=3'],
    items: [{ id: '1' }, { id: '2' }, { id: '3' }],
  },
  {
    what: 'members of a group: by cursor, "" is the end; an empty page is not',
    read: (rest) => rest.api.groupMembers.all(GROUP),
    pages: [
      { members: named('a'), next_cursor: 'c1' },
      { members: [], next_cursor: 'c2' },
      { members: named('b'), next_cursor: '' },
    ],
    asks: ['{}', 'cursor=c1', 'cursor=c2'],
    items: named('a', 'b'),
  },
  {
    what: 'members of a group, the older way: by index in the body',
    read: (rest) => rest.api.groupMembers.oldAll(GROUP),
    pages: [
      { members: named('a'), next_index: 500 },
      { members: named('b'), next_index: 0 },
    ],
    asks: ['{"limit":500,"start_index":0}', '{"limit":500,"start_index":500}'],
    items: named('a', 'b'),
  },
  {
    what: 'the blacklist of a group',
    read: (rest) => rest.api.groupBlacklist.all(GROUP),
    pages: [
      { users: named('a'), next_cursor: 'c1' },
      { users: named('b'), next_cursor: '' },
    ],
    asks: ['limit=100', 'limit=100&cursor=c1'],
    items: named('a', 'b'),
  },
  {
    what: 'applications to join a group',
    read: (rest) => rest.api.joinRequests.all(GROUP, { limit: 10 }),
    pages: [
      { list: named('a'), next_cursor: 'c1' },
      { list: named('b'), next_cursor: '' },
    ],
    asks: ['limit=10', 'limit=10&cursor=c1'],
    items: named('a', 'b'),
  },
  {
    what: 'strategies of the bot',
    read: (rest) => rest.api.joinStrategies.all(),
    pages: [{ strategies: [{ strategy_id: 's' }], next_cursor: '' }],
    asks: ['limit=50'],
    items: [{ strategy_id: 's' }],
  },
  {
    what: 'panels: is_end goes before the cursor',
    read: (rest) => rest.api.panels.all({ scope: 'c2c' }),
    pages: [
      { records: [{ panel_id: 'a' }], next_cursor: 'c1', is_end: false },
      { records: [{ panel_id: 'b' }], next_cursor: 'c2', is_end: true },
    ],
    asks: ['limit=50&scope=c2c', 'limit=50&scope=c2c&cursor=c1'],
    items: [{ panel_id: 'a' }, { panel_id: 'b' }],
  },
  {
    what: 'those who reacted: by cookie, and with a limit on the first page only',
    read: (rest) => rest.api.reactions.allUsers(CHANNEL, MESSAGE, emoji),
    pages: [
      { users: [{ id: 'a' }], cookie: 'k1', is_end: false },
      { users: [{ id: 'b' }], cookie: '', is_end: true },
    ],
    asks: ['limit=50', 'cookie=k1'],
    items: [{ id: 'a' }, { id: 'b' }],
  },
  {
    what: 'messages of a channel: from new to old, whatever the order within a page',
    read: (rest) => rest.api.messages.all(CHANNEL),
    pages: [[at(8), at(7), at(9)], [at(5), at(6)], []],
    asks: ['limit=20', 'limit=20&before=m7', 'limit=20&before=m5'],
    items: [at(9), at(8), at(7), at(6), at(5)],
  },
  {
    what: 'messages of a channel after one, from old to new',
    read: (rest) => rest.api.messages.all(CHANNEL, { after: 'm4' }),
    pages: [[at(6), at(5)], []],
    asks: ['limit=20&after=m4', 'limit=20&after=m6'],
    items: [at(5), at(6)],
  },
  {
    what: 'an answer without a list: nothing',
    read: (rest) => rest.api.groupMembers.all(GROUP),
    pages: [{}],
    asks: ['{}'],
    items: [],
  },
]
