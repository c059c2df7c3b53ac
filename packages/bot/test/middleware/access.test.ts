import type { Delivery } from '@qqkit/core'
import { describe, expect, it } from 'vitest'

import { type AccessList, allow, deny } from '../../src/middleware/index.js'
import { c2c, click, delivery, group } from '../support/deliveries.js'
import { Stage } from '../support/stage.js'

const channel = (content: string): Delivery =>
  delivery('AT_MESSAGE_CREATE', {
    id: `08${content}`,
    guild_id: 'guild-1',
    channel_id: 'channel-1',
    content,
    timestamp: '2026-01-01T08:00:00+08:00',
    author: { id: '1234', username: 'ann', bot: false },
  })

const dm = (content: string): Delivery =>
  delivery('DIRECT_MESSAGE_CREATE', {
    id: `09${content}`,
    guild_id: 'dm-session',
    src_guild_id: 'guild-1',
    channel_id: 'dm-channel',
    direct_message: true,
    content,
    timestamp: '2026-01-01T08:00:00+08:00',
    author: { id: '5678', username: 'eve', bot: false },
  })

/** What gets through, as texts and names. */
const through = async (
  middleware: ReturnType<typeof allow>,
  deliveries: readonly Delivery[],
): Promise<string[]> => {
  const stage = new Stage()
  const passed: string[] = []
  stage.handlers.use(middleware)
  stage.handlers.use((ctx) => passed.push(ctx.event === 'message' ? ctx.text : ctx.name))
  for (const one of deliveries) {
    stage.intake.deliver(one)
    await stage.intake.idle()
  }
  return passed
}

const everything = (): readonly Delivery[] => [
  c2c('private', 'A1'),
  group('in B2', 'C3', 'B2'),
  group('in B9', 'C9', 'B9'),
  channel('in a channel'),
  dm('direct'),
  click('button'),
  delivery('FRIEND_ADD', { openid: 'A7' }),
  delivery('GROUP_ADD_ROBOT', { group_openid: 'B2', op_member_openid: 'C3', timestamp: 1 }),
  delivery('GUILD_CREATE', { id: 'guild-2', name: 'other' }),
]

/** Each list, and what it names of the above. */
const LISTS: readonly (readonly [AccessList, readonly string[]])[] = [
  [{ users: ['A1'] }, ['private', 'INTERACTION_CREATE']],
  [{ users: ['C3', '1234'] }, ['in B2', 'in a channel']],
  [{ groups: ['B2'] }, ['in B2', 'GROUP_ADD_ROBOT']],
  [{ guilds: ['guild-1'] }, ['in a channel', 'direct']],
  [{ channels: ['channel-1'] }, ['in a channel']],
  [{ groups: ['B9'], users: ['A7'] }, ['in B9', 'FRIEND_ADD']],
  [{ scenes: ['c2c', 'dm'] }, ['private', 'direct', 'INTERACTION_CREATE', 'FRIEND_ADD']],
  [{ roles: ['owner'] }, []],
  [{ roles: ['member'] }, ['in B2', 'in B9']],
  [{ rules: [{ groups: ['B2'], users: ['C3'] }] }, ['in B2']],
  [
    {
      rules: [
        { groups: ['B9'], users: ['C3'] },
        { scenes: ['dm'], guilds: ['guild-1'] },
      ],
    },
    ['direct'],
  ],
  [
    { channels: ['channel-1'], rules: [{ groups: ['B2'], roles: ['member', 'admin'] }] },
    ['in B2', 'in a channel'],
  ],
  [{ rules: [] }, []],
  [{ when: async (ctx) => ctx.event === 'message' && ctx.scene === 'dm' }, ['direct']],
]
const ALL = [
  'private',
  'in B2',
  'in B9',
  'in a channel',
  'direct',
  'INTERACTION_CREATE',
  'FRIEND_ADD',
  'GROUP_ADD_ROBOT',
  'GUILD_CREATE',
]

describe('BT-62 allow', () => {
  it.each(LISTS)(
    'passes on events that match %j, and events without person and place',
    async (list, named) => {
      expect(await through(allow(list), everything())).toEqual(
        ALL.filter((one) => named.includes(one) || one === 'GUILD_CREATE'),
      )
    },
  )

  it('calls otherwise for each event that it keeps out', async () => {
    const kept: string[] = []
    await through(allow({ users: ['A1'], otherwise: (ctx) => kept.push(ctx.name) }), [
      c2c('hi', 'A1'),
      c2c('hi', 'A2'),
    ])
    expect(kept).toEqual(['C2C_MESSAGE_CREATE'])
  })
})

describe('BT-62 deny', () => {
  it.each(LISTS)('keeps out what %j names, and nothing else', async (list, named) => {
    expect(await through(deny(list), everything())).toEqual(ALL.filter((one) => !named.includes(one)))
  })

  it.each([
    [{ users: 'A1' }, 'users'],
    [{ groups: [''] }, 'groups.0'],
    [{ users: ['A1', ' A2'] }, 'users.1'],
    [{ rules: [{ channels: ['1\n'] }] }, 'rules.0.channels.0'],
    [{ user: ['A1'] }, 'user'],
    [{ scenes: ['guild'] }, 'scenes.0'],
    [{ roles: ['boss'] }, 'roles.0'],
    [{ rules: [{}] }, 'rules.0'],
    [{ rules: [{ when: () => true }] }, 'rules.0.when'],
    [{ rules: { users: ['A1'] } }, 'rules'],
    [{ otherwise: 'drop' }, 'otherwise'],
  ])('refuses %j', (list, path) => {
    expect(() => deny(list as unknown as AccessList)).toThrow(expect.objectContaining({ path }))
    expect(() => allow(list as unknown as AccessList)).toThrow(expect.objectContaining({ path }))
  })
})
