import { inspect } from 'node:util'

import type {
  DmSession,
  EditMessageRequest,
  GroupInfo,
  GuildMessagePayload,
  Me,
  MuteMembersAnswer,
  PanelPage,
  Role,
  Schedule,
} from '@qqkit/protocol'
import { describe, expect, expectTypeOf, it } from 'vitest'

import { explainError, RestError, type Api, type CallOptions, type Rest } from '../../src/index.js'
import { restHarness, failure, SECRET, TOKEN } from '../support/rest-harness.js'
import { CHANNEL, GROUP, GUILD, USER } from './tables/row.js'

it('is made when it is first asked for, and once', () => {
  const { rest } = restHarness([{ status: 200 }])
  expect(rest.api).toBe(rest.api)
  expectTypeOf(rest.api).toEqualTypeOf<Api>()
})

it('RS-19 shows neither secret nor token when it is printed', async () => {
  const { rest } = restHarness([{ status: 200, body: {} }])
  await rest.api.me.get()
  const shown = inspect(rest.api, { depth: 10, showHidden: true })
  expect(shown).toContain('PinsApi')
  for (const hidden of [SECRET, TOKEN]) expect(shown).not.toContain(hidden)
})

describe('RS-32 a share link', () => {
  /** The places in the order in which they count: what stands in a later one is not looked at. */
  const places = [
    { url_link: 'https://a.b/1' },
    { data: { url_link: 'https://a.b/2' } },
    { data: { url: 'https://a.b/3' } },
    { url: 'https://a.b/4' },
  ] as const
  const all = {
    url_link: 'https://a.b/1',
    data: { url_link: 'https://a.b/2', url: 'https://a.b/3' },
    url: 'https://a.b/4',
  }

  it.each<readonly [body: unknown, url: string]>([
    ...places.map((body, index) => [body, `https://a.b/${index + 1}`] as const),
    [all, 'https://a.b/1'],
    [{ ...all, url_link: '' }, 'https://a.b/2'],
    [{ ...all, url_link: null, data: { url_link: 5, url: 'https://a.b/3' } }, 'https://a.b/3'],
    [{ url_link: '', data: {}, url: 'https://a.b/4' }, 'https://a.b/4'],
    [{ retcode: 0, data: { url: 'https://a.b/3' } }, 'https://a.b/3'],
  ])('is read from %j', async (body, url) => {
    const { rest, calls } = restHarness([{ status: 200, body }])
    expect(await rest.api.shareLinks.create()).toBe(url)
    expect(calls[0]?.body).toEqual({})
  })

  it('takes what is to come back, and an address to jump to', async () => {
    const { rest, calls } = restHarness([{ status: 200, body: all }])
    const body = { callback_data: 'campaign-1', url_link: 'https://a.b/jump' }
    await rest.api.shareLinks.create(body)
    expect(calls[0]?.body).toEqual(body)
  })

  it.each([{}, { data: {} }, { data: null }, { url: '' }, { url: 5 }, [], null])(
    'that is missing in the answer (%j) is an error with the trace id',
    async (body) => {
      const { rest } = restHarness([{ status: 200, body, headers: { 'x-tps-trace-id': 'trace-7' } }])
      const error: unknown = await rest.api.shareLinks.create().catch((reason: unknown) => reason)
      expect(RestError.is(error)).toBe(true)
      expect(error).toMatchObject({
        code: 'unexpected_answer',
        delivered: 'yes',
        retry: 'never',
        traceId: 'trace-7',
      })
      expect(explainError(error, 'zh')).toContain('无法读取')
    },
  )

  it('that is missing: the trace id is read from the body as well', async () => {
    const { rest } = restHarness([{ status: 200, body: { trace_id: 'trace-8' } }])
    await expect(rest.api.shareLinks.create()).rejects.toMatchObject({ traceId: 'trace-8' })
  })
})

it.each([
  ['nothing', { status: 204 }],
  ['an empty 200', { status: 200, raw: '' }],
  ['{}', { status: 200, body: {} }],
  ['null', { status: 200, raw: 'null' }],
])('a call whose answer says nothing resolves with nothing, be it %s', async (_, reply) => {
  const { rest } = restHarness([reply])
  expect(await rest.api.channels.delete(CHANNEL)).toBeUndefined()
})

it('a refusal is the error of any other call', async () => {
  const { rest } = restHarness([failure(11253, 'check app privilege not pass', 401)])
  await expect(rest.api.groups.info(GROUP)).rejects.toMatchObject({
    errCode: 11253,
    code: 'not_permitted',
    delivered: 'no',
  })
})

it('RS-13 signal and timeout go with every call', async () => {
  const { rest, clock, settle } = restHarness(['hang'])
  const controller = new AbortController()
  const muted = rest.api.members.mute(GUILD, USER, { mute_seconds: '60' }, { signal: controller.signal })
  await clock.settle()
  controller.abort('enough')
  await expect(muted).rejects.toBe('enough')
  await expect(settle(rest.api.me.get({ timeout: 500 }))).rejects.toMatchObject({ situation: 'no_answer' })
  expect(clock.now()).toBe(500)
})

describe('types', () => {
  it('know bodies, queries and answers', () => {
    const uses = (rest: Rest): void => {
      expectTypeOf(rest.api.me.get()).resolves.toEqualTypeOf<Me>()
      expectTypeOf(rest.api.messages.get('c', 'm')).resolves.toEqualTypeOf<GuildMessagePayload>()
      expectTypeOf(rest.api.shareLinks.create()).resolves.toEqualTypeOf<string>()
      expectTypeOf(rest.api.pins.remove('c', 'all')).resolves.toEqualTypeOf<void>()
      expectTypeOf(
        rest.api.dms.open({ recipient_id: 'u', source_guild_id: 'g' }),
      ).resolves.toEqualTypeOf<DmSession>()
      expectTypeOf(rest.api.groups.info('g')).resolves.toEqualTypeOf<GroupInfo>()
      expectTypeOf(rest.api.panels.list({ scope: 'c2c' })).resolves.toEqualTypeOf<PanelPage>()
      expectTypeOf(rest.api.schedules.list('c')).resolves.toEqualTypeOf<readonly Schedule[]>()
      expectTypeOf(rest.api.roles.list('g')).resolves.toHaveProperty('roles').toEqualTypeOf<readonly Role[]>()
      expectTypeOf(
        rest.api.members.muteSeveral('g', { user_ids: [] }),
      ).resolves.toEqualTypeOf<MuteMembersAnswer>()
      expectTypeOf<Parameters<Api['messages']['edit']>[2]>().toEqualTypeOf<EditMessageRequest>()
      expectTypeOf<Parameters<Api['pins']['get']>[1]>().toEqualTypeOf<CallOptions | undefined>()
    }
    expect(uses).toBeTypeOf('function')
  })

  it('refuse what the platform does not take', () => {
    const uses = (rest: Rest): void => {
      // @ts-expect-error seconds are text
      void rest.api.members.mute('g', 'u', { mute_seconds: 60 })
      // @ts-expect-error panels of a scope
      void rest.api.panels.list()
      // @ts-expect-error no such operation
      void rest.api.groupBlacklist.change('g', { op: 'remove', member_openids: [] })
      // @ts-expect-error ids come first
      void rest.api.pins.add('c')
      // @ts-expect-error a page goes on from one end
      void rest.api.messages.all('c', { around: 'm' })
      // @ts-expect-error no such field
      void rest.api.roles.create('g', { colour: 1 })
    }
    expect(uses).toBeTypeOf('function')
  })
})
