import type { GroupMember, GuildMember } from '@qqkit/protocol'
import { describe, expect, expectTypeOf, it } from 'vitest'

import { PagingError, type Rest } from '../../src/index.js'
import { restHarness, failure } from '../support/rest-harness.js'
import type { Seen } from '../support/scripted-dispatcher.js'
import { named, pagedLists, users } from './tables/pages.js'
import { GROUP, GUILD } from './tables/row.js'

const ok = (body: unknown) => ({ status: 200, body })
const all = async <Item>(items: AsyncIterable<Item>): Promise<Item[]> => {
  const list: Item[] = []
  for await (const item of items) list.push(item)
  return list
}

const asked = ({ path, body }: Seen): string => {
  const query = path.split('?')[1]
  return query === undefined ? JSON.stringify(body ?? {}) : query
}

describe('pages through', () => {
  it.each(pagedLists.map((row) => [row.what, row] as const))(
    '%s',
    async (_, { read, pages, asks, items }) => {
      const { rest, calls } = restHarness(pages.map(ok))
      expect(await all(read(rest))).toEqual(items)
      expect(calls.map(asked)).toEqual(asks)
    },
  )
})

describe('a list with a repeated cursor ends with an error', () => {
  const STUCK: readonly (readonly [
    string,
    (rest: Rest) => AsyncIterable<unknown>,
    readonly unknown[],
    string,
  ])[] = [
    [
      'a cursor that comes again',
      (rest) => rest.api.groupMembers.all(GROUP),
      [
        { members: named('a'), next_cursor: 'c1' },
        { members: named('b'), next_cursor: 'c2' },
        { members: named('c'), next_cursor: 'c1' },
      ],
      'c1',
    ],
    [
      'a platform that does not heed where a page is to begin',
      (rest) => rest.api.members.all(GUILD),
      [users(1, 2)],
      '2',
    ],
    [
      'a list that continues without a cursor',
      (rest) => rest.api.panels.all({ scope: 'c2c' }),
      [{ records: [{ panel_id: 'a' }], next_cursor: '', is_end: false }],
      '',
    ],
    ['items without an id to go on after', (rest) => rest.api.members.all(GUILD), [[{ nick: 'nobody' }]], ''],
  ]

  it.each(STUCK)('%s', async (_, read, pages, cursor) => {
    const { rest, calls } = restHarness(pages.map(ok))
    const error: unknown = await all(read(rest)).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(PagingError)
    expect(PagingError.is(error)).toBe(true)
    expect(error).toMatchObject({ code: 'paging_stuck', cursor, pages: calls.length })
    expect((error as PagingError).advice).toMatchObject({ en: expect.any(String), zh: expect.any(String) })
    expect(calls.length).toBeLessThanOrEqual(3)
  })

  it('ever new cursors to empty pages', async () => {
    const { rest, calls } = restHarness((_, index) => ok({ members: [], next_cursor: `c${index}` }))
    await expect(all(rest.api.groupMembers.all(GROUP))).rejects.toMatchObject({ code: 'paging_stuck' })
    expect(calls).toHaveLength(10)
  })
})

describe('while it is read', () => {
  const endless = (): ReturnType<typeof restHarness> =>
    restHarness((_, index) => ok({ members: named(`a${index}`, `b${index}`), next_cursor: `c${index}` }))

  it('requests nothing before it is read, and no page ahead', async () => {
    const { rest, calls } = endless()
    const members = rest.api.groupMembers.all(GROUP)
    expect(calls).toHaveLength(0)
    await members.next()
    await members.next()
    expect(calls).toHaveLength(1)
    await members.next()
    expect(calls).toHaveLength(2)
  })

  it('ends when the reader leaves', async () => {
    const { rest, calls, clock } = endless()
    for await (const member of rest.api.groupMembers.all(GROUP)) if (member.member_openid === 'a1') break
    expect(calls).toHaveLength(2)
    expect(clock.pending).toBe(0)
    const members = rest.api.groupMembers.all(GROUP)
    await members.next()
    expect(await members.return()).toEqual({ done: true, value: undefined })
    expect(await members.next()).toEqual({ done: true, value: undefined })
    expect(calls).toHaveLength(3)
  })

  it('RS-13 honours the signal, also in the middle of a page', async () => {
    const { rest, calls } = endless()
    const controller = new AbortController()
    const members = rest.api.groupMembers.all(GROUP, {}, { signal: controller.signal })
    await members.next()
    controller.abort('enough')
    await expect(members.next()).rejects.toBe('enough')
    expect(await members.next()).toEqual({ done: true, value: undefined })
    expect(calls).toHaveLength(1)
  })

  it('RS-13 honours the signal while a page is requested', async () => {
    const { rest, clock } = restHarness(['hang'])
    const controller = new AbortController()
    const next = rest.api.groupMembers.all(GROUP, {}, { signal: controller.signal }).next()
    await clock.settle()
    controller.abort('enough')
    await expect(next).rejects.toBe('enough')
    expect(clock.pending).toBe(0)
  })

  it('tells the failure of a page, after what came before it', async () => {
    const { rest } = restHarness([ok({ members: named('a'), next_cursor: 'c1' }), failure(11253)])
    const seen: GroupMember[] = []
    const read = async (): Promise<void> => {
      for await (const member of rest.api.groupMembers.all(GROUP)) seen.push(member)
    }
    await expect(read()).rejects.toMatchObject({ errCode: 11253 })
    expect(seen).toEqual(named('a'))
  })

  it('refuses a wrong page before any request', async () => {
    const { rest, dispatcher } = endless()
    await expect(all(rest.api.members.all(GUILD, { limit: 401 }))).rejects.toMatchObject({
      path: 'limit',
      limit: 400,
    })
    expect(dispatcher.seen).toHaveLength(0)
  })

  it('gives typed items', () => {
    const { rest } = endless()
    expectTypeOf(rest.api.members.all(GUILD)).toExtend<AsyncIterable<GuildMember>>()
    expectTypeOf(rest.api.groupMembers.all(GROUP)).toEqualTypeOf<
      AsyncGenerator<GroupMember, void, undefined>
    >()
  })
})
