import { describe, expect, it } from 'vitest'

import { textIn } from '../support/answers.js'
import { nowText } from '../support/guild-stage.js'
import { onStage } from '../support/stage.js'
import type { WireAnswer } from '../support/wire-client.js'

const times = <T>(count: number, item: T): readonly T[] => Array.from({ length: count }, () => item)

const say = { name: '帮助', type: 'send_message', send_message: '/help' }
const link = { name: 'Docs', type: 'link', link: 'https://docs.example.test' }
const turn = { name: 'Deep', type: 'switch', switch: { switch_id: 'deep', default: false } }
const more = { name: 'More', type: 'menu', sub_menu_items: [{ ...say, name: 'What can you' }, link] }

it('SM-01 menus and panels are refused to a bot without them (11253)', async () =>
  onStage(
    async ({ call }) => {
      for (const [method, target, body] of [
        ['GET', '/v2/menu', undefined],
        ['PUT', '/v2/menu', { menu: { items: [say] } }],
        ['GET', '/v2/panels?scope=c2c', undefined],
        ['DELETE', '/v2/panels/x', undefined],
      ] as const)
        expect(await call(method, target, body)).toMatchObject({ status: 401, json: { code: 11253 } })
      expect(await call('POST', '/v2/generate_url_link', {})).toMatchObject({ status: 200 })
    },
    { bot: { menus: false } },
  ))

describe('the menu (§5.9)', () => {
  it('SM-01 is empty at first, and replaced as a whole', async () =>
    onStage(async ({ call }) => {
      expect((await call('GET', '/v2/menu')).json).toEqual({ version: 0 })
      const items = [say, link, turn, more]
      expect((await call('PUT', '/v2/menu', { menu: { items } })).json).toEqual({ version: 1 })
      expect((await call('GET', '/v2/menu')).json).toEqual({ version: 1, menu: { items } })
      expect((await call('PUT', '/v2/menu', { menu: { items: [] } })).json).toEqual({ version: 2 })
      expect((await call('GET', '/v2/menu')).json).toEqual({ version: 2, menu: { items: [] } })
    }))

  it('SM-01 offers its items to users', async () =>
    onStage(async ({ call, sim, socket }) => {
      const sendsObject = { name: 'Object', type: 'send_message', send_message: { content: 'hello' } }
      const on = { name: 'Web', type: 'switch', switch: { switch_id: 'web', default: true } }
      await call('PUT', '/v2/menu', { menu: { items: [say, turn, more, sendsObject, on] } })
      const ann = sim.user('ann')
      const heard = async (eventId = '') => (await socket.until(({ id }) => id === eventId)).d
      expect(await heard(ann.choose('帮助')?.eventId)).toMatchObject({ content: '/help' })
      expect(await heard(ann.choose('What can you')?.eventId)).toMatchObject({ content: '/help' })
      expect(await heard(ann.choose('Object')?.eventId)).toMatchObject({ content: 'hello' })
      expect(ann.choose('Docs')).toBeNull()
      ann.choose('Deep')
      const ext = async (eventId: string) =>
        (
          (await heard(eventId)) as { readonly message_scene: { readonly ext: string[] } }
        ).message_scene.ext.slice(1)
      expect(await ext(ann.say('hi').eventId)).toEqual(['deep=1', 'web=1'])
      // Turning one sends a message, which is marked by what is on from then on (§5.9).
      expect(await ext(ann.choose('Deep')?.eventId ?? '')).toEqual(['web=1'])
      expect(await ext(ann.choose('Web')?.eventId ?? '')).toEqual([])
      expect(await heard(ann.choose('Deep')?.eventId)).toMatchObject({ content: 'Deep' })
      expect(await ext(ann.choose('Deep')?.eventId ?? '')).toEqual([])
      expect(await ext(ann.say('hi').eventId)).toEqual([])
      expect(await ext(sim.user('bob').say('hi').eventId)).toEqual(['web=1'])
      for (const name of ['More', 'nothing']) expect(() => ann.choose(name)).toThrow(/no item "/)
      expect(() => sim.group('room').user('ann').choose('帮助')).toThrow(/no item "/)
    }))

  it.each([
    ['no menu', {}, 40030016],
    ['no items', { menu: {} }, 40030016],
    ['items that are none', { menu: { items: 'x' } }, 40030001],
    ['11 items', { menu: { items: times(11, say) } }, 40030013],
    ['another type', { menu: { items: [{ ...say, type: 'command' }] } }, 40030014],
    ['no name', { menu: { items: [{ ...say, name: undefined }] } }, 40030016],
    ['an empty name', { menu: { items: [{ ...say, name: '' }] } }, 40030001],
    ['a name of 11 characters', { menu: { items: [{ ...say, name: 'x'.repeat(11) }] } }, 40030001],
    ['a name of 6 Chinese characters', { menu: { items: [{ ...say, name: '一二三四五六' }] } }, 40030001],
    ['no text to send', { menu: { items: [{ ...say, send_message: undefined }] } }, 40030016],
    ['no link', { menu: { items: [{ ...link, link: undefined }] } }, 40030016],
    ['a link that is not https', { menu: { items: [{ ...link, link: 'http://a.b' }] } }, 40030008],
    ['a switch without an id', { menu: { items: [{ ...turn, switch: {} }] } }, 40030016],
    ['no items below', { menu: { items: [{ ...more, sub_menu_items: undefined }] } }, 40030016],
    ['6 items below', { menu: { items: [{ ...more, sub_menu_items: times(6, link) }] } }, 40030013],
    ['a menu below a menu', { menu: { items: [{ ...more, sub_menu_items: [more] }] } }, 40030015],
    [
      'a name below of 15 characters',
      { menu: { items: [{ ...more, sub_menu_items: [{ ...say, name: 'x'.repeat(15) }] }] } },
      40030001,
    ],
    ['what is too large', { menu: { items: [{ ...say, send_message: 'x'.repeat(200_000) }] } }, 40030001],
  ])('SM-03 refuses %s', async (_what, body, code) =>
    onStage(async ({ call }) => {
      expect(await call('PUT', '/v2/menu', body)).toMatchObject({ status: 400, json: { code } })
      expect((await call('GET', '/v2/menu')).json).toEqual({ version: 0 })
    }),
  )

  it('SM-03 is read 30 times and set 5 times a minute (§2.6)', async () =>
    onStage(async ({ call, clock }) => {
      const put = async () => call('PUT', '/v2/menu', { menu: { items: [] } })
      for (let n = 0; n < 5; n += 1) expect((await put()).status).toBe(200)
      expect(await put()).toMatchObject({ status: 429, json: { code: 22009 } })
      for (let n = 0; n < 30; n += 1) expect((await call('GET', '/v2/menu')).status).toBe(200)
      expect((await call('GET', '/v2/menu')).status).toBe(429)
      await clock.advance(60_000)
      expect((await put()).status).toBe(200)
    }))
})

const command = { name: '/help', desc: 'what I can do', type: 'command', only_admin: true }
const panel = { items: [command, { name: 'Docs', type: 'link', link: 'https://a.b' }], remark: 'first' }

describe('panels (§5.9)', () => {
  it('SM-01 are created, read, changed and deleted', async () =>
    onStage(async (stage) => {
      const { call, post, clock } = stage
      const made = await post('/v2/panels', { scope: 'c2c', panel })
      expect(made.json).toEqual({ panel_id: expect.stringMatching(/^[0-9a-f]{24}$/) })
      const path = `/v2/panels/${textIn(made, 'panel_id')}`
      const record = {
        panel_id: textIn(made, 'panel_id'),
        scope: 'c2c',
        target_type: 'all',
        panel,
        version: 1,
        created_at: nowText(stage),
        updated_at: nowText(stage),
      }
      expect((await call('GET', path)).json).toEqual(record)
      await clock.advance(60_000)
      const next = { items: [command] }
      expect((await call('PUT', path, { panel: next })).json).toEqual({ version: 2 })
      expect((await call('GET', path)).json).toEqual({
        ...record,
        panel: next,
        version: 2,
        updated_at: nowText(stage),
      })
      expect(await call('DELETE', path)).toMatchObject({ status: 200, text: '' })
      for (const method of ['GET', 'DELETE'])
        expect((await call(method, path)).json).toMatchObject({ code: 40030006 })
      expect((await call('PUT', path, { panel })).json).toMatchObject({ code: 40030006 })
    }))

  it('SM-01 are for everyone, or for named users or groups', async () =>
    onStage(async ({ call, post, sim }) => {
      const [ann, bob, room] = [sim.user('ann').id, sim.user('bob').id, sim.group('room').id]
      const make = async (body: object) =>
        `/v2/panels/${textIn(await post('/v2/panels', { panel, ...body }), 'panel_id')}`
      const ofUsers = await make({ scope: 'c2c', target_type: 'specific', user_openids: [ann] })
      expect((await call('GET', ofUsers)).json).toMatchObject({
        target_type: 'specific',
        user_openids: [ann],
      })
      const change = async (op: string, user_openids: readonly string[]) =>
        call('PUT', `${ofUsers}/target`, { op, user_openids })
      expect(await change('add', [bob])).toMatchObject({ status: 200, text: '' })
      expect((await call('GET', ofUsers)).json).toMatchObject({ user_openids: [ann, bob], version: 1 })
      await change('del', [ann])
      expect((await call('GET', ofUsers)).json).toMatchObject({ user_openids: [bob] })
      const ofGroups = await make({ scope: 'group', target_type: 'specific', group_openids: [room] })
      expect((await call('GET', ofGroups)).json).toMatchObject({ group_openids: [room] })
      const ofAll = await make({ scope: 'channel' })
      expect((await call('PUT', `${ofAll}/target`, { op: 'add', user_openids: [ann] })).json).toMatchObject({
        code: 40030021,
      })
    }))

  it('SM-01 are listed by scope, page by page', async () =>
    onStage(
      async ({ call, post }) => {
        for (let n = 0; n < 5; n += 1) await post('/v2/panels', { scope: n === 0 ? 'dm' : 'c2c', panel })
        const list = async (query: string) => (await call('GET', `/v2/panels?${query}`)).json
        expect(await list('scope=dm')).toMatchObject({
          records: [{ scope: 'dm' }],
          next_cursor: '',
          is_end: true,
        })
        const first = await list('scope=c2c&limit=3')
        expect(first).toMatchObject({ records: [{}, {}, {}], is_end: false })
        const rest = await list(`scope=c2c&limit=3&cursor=${String(first?.['next_cursor'])}`)
        expect(rest).toMatchObject({ records: [{ scope: 'c2c' }], next_cursor: '', is_end: true })
        expect(await list('scope=group')).toEqual({ records: [], next_cursor: '', is_end: true })
        expect(await list('')).toMatchObject({ code: 40030016 })
        expect(await list('scope=everywhere')).toMatchObject({ code: 40030011 })
        expect(await list('scope=c2c&limit=51')).toMatchObject({ code: 40030001 })
      },
      { limits: false },
    ))

  it.each([
    ['no scope', { panel }, 40030016],
    ['another scope', { scope: 'guild', panel }, 40030011],
    ['another target type', { scope: 'c2c', target_type: 'some', panel }, 40030012],
    ['targets for all', { scope: 'c2c', user_openids: ['ANN'], panel }, 40030021],
    ['no targets', { scope: 'c2c', target_type: 'specific', panel }, 40030016],
    ['groups in C2C', { scope: 'c2c', target_type: 'specific', group_openids: ['ROOM'], panel }, 40030018],
    [
      'a channel for some',
      { scope: 'channel', target_type: 'specific', user_openids: ['ANN'], panel },
      40030018,
    ],
    ['unknown users', { scope: 'c2c', target_type: 'specific', user_openids: ['NOBODY'], panel }, 40030001],
    [
      '21 users',
      { scope: 'c2c', target_type: 'specific', user_openids: Array(21).fill('ANN'), panel },
      40030013,
    ],
    ['no panel', { scope: 'c2c' }, 40030016],
    ['no items', { scope: 'c2c', panel: { items: [] } }, 40030016],
    ['21 items', { scope: 'c2c', panel: { items: times(21, command) } }, 40030013],
    ['another type', { scope: 'c2c', panel: { items: [{ ...command, type: 'menu' }] } }, 40030015],
    ['no name', { scope: 'c2c', panel: { items: [{ type: 'command' }] } }, 40030016],
    ['a name of 15', { scope: 'c2c', panel: { items: [{ ...command, name: 'x'.repeat(15) }] } }, 40030001],
    [
      '31 of description',
      { scope: 'c2c', panel: { items: [{ ...command, desc: 'x'.repeat(31) }] } },
      40030001,
    ],
    ['no link', { scope: 'c2c', panel: { items: [{ name: 'x', type: 'link' }] } }, 40030016],
    [
      'a link that is not https',
      { scope: 'c2c', panel: { items: [{ name: 'x', type: 'link', link: 'ftp://a' }] } },
      40030008,
    ],
    ['a remark of 256', { scope: 'c2c', panel: { items: [command], remark: 'x'.repeat(256) } }, 40030001],
  ])('SM-03 refuse %s', async (_what, body, code) =>
    onStage(async ({ post, sim }) => {
      const { id } = sim.user('ann')
      const named: unknown = JSON.parse(JSON.stringify(body).replaceAll('ANN', id))
      expect(await post('/v2/panels', named)).toMatchObject({ status: 400, json: { code } })
    }),
  )

  it('SM-03 refuse a 21st panel, wrong changes of targets and more than 1000 of them', async () =>
    onStage(
      async ({ call, post, sim }) => {
        const { id } = sim.user('ann')
        const body = { scope: 'c2c', target_type: 'specific', user_openids: [id], panel }
        const path = `/v2/panels/${textIn(await post('/v2/panels', body), 'panel_id')}`
        const target = async (change: object) => (await call('PUT', `${path}/target`, change)).json
        expect(await target({ op: 'set', user_openids: [id] })).toMatchObject({ code: 40030017 })
        expect(await target({ op: 'add' })).toMatchObject({ code: 40030016 })
        expect(await target({ op: 'add', group_openids: [id] })).toMatchObject({ code: 40030018 })
        expect((await call('PUT', path, {})).json).toMatchObject({ code: 40030016 })
        const twenty = (n: number) => Array.from({ length: 20 }, (_, m) => sim.user(`user ${n * 20 + m}`).id)
        for (let n = 0; n < 49; n += 1)
          expect(await target({ op: 'add', user_openids: twenty(n) })).toBeNull()
        expect(await target({ op: 'add', user_openids: twenty(49) })).toMatchObject({ code: 40030013 })
        for (let n = 1; n < 20; n += 1)
          expect((await post('/v2/panels', { scope: 'dm', panel })).status).toBe(200)
        expect((await post('/v2/panels', { scope: 'dm', panel })).json).toMatchObject({ code: 40030013 })
      },
      { limits: false },
    ))

  it.each([
    ['GET', '/v2/panels?scope=c2c', 30],
    ['GET', '/v2/panels/x', 30],
    ['POST', '/v2/panels', 10],
    ['PUT', '/v2/panels/x', 10],
    ['DELETE', '/v2/panels/x', 10],
    ['PUT', '/v2/panels/x/target', 60],
  ])('SM-03 %s %s is limited to %3$i a minute (§2.6)', async (method, path, most) =>
    onStage(async ({ call }) => {
      const once = async () => call(method, path, method === 'GET' || method === 'DELETE' ? undefined : {})
      for (let n = 0; n < most; n += 1) expect((await once()).status).not.toBe(429)
      expect(await once()).toMatchObject({ status: 429, json: { code: 22009 } })
    }),
  )
})

/** The address in an answer. */
const linkIn = ({ json }: WireAnswer): string => String(json?.['url_link'])

describe('share links (§5.9)', () => {
  it('SM-01 deliver their data when a user adds the bot through one', async () =>
    onStage(async ({ post, sim, socket }) => {
      const made = await post('/v2/generate_url_link', { callback_data: 'campaign-1' })
      expect(made.json).toEqual({ url_link: expect.stringMatching(/^https:\/\//) })
      const url = linkIn(made)
      const added = sim.user('ann').befriend({ link: url })
      const heard = await socket.until(({ id }) => id === added)
      expect(heard).toMatchObject({ t: 'FRIEND_ADD', d: { scene: 2003, scene_param: 'campaign-1' } })
      const outside = sim.user('bob').befriend({ link: url, scene: 2004 })
      expect((await socket.until(({ id }) => id === outside)).d).toMatchObject({ scene: 2004 })
      const plain = sim.user('cat').befriend()
      expect((await socket.until(({ id }) => id === plain)).d).toMatchObject({ scene: 1000, scene_param: '' })
      expect(() => sim.user('dan').befriend({ link: 'https://a.b' })).toThrow(/not a share link/)
    }))

  it('SM-01 need no data, and accept it under its other name', async () =>
    onStage(async ({ post, sim, socket }) => {
      expect((await post('/v2/generate_url_link', {})).status).toBe(200)
      const made = await post('/v2/generate_url_link', { callbackData: 'other' })
      const added = sim.user('ann').befriend({ link: linkIn(made) })
      expect((await socket.until(({ id }) => id === added)).d).toMatchObject({ scene_param: 'other' })
    }))

  it('SM-03 refuse data of 33 characters or of another kind, and the 51st in a second', async () =>
    onStage(async ({ post }) => {
      for (const callback_data of ['x'.repeat(33), 1])
        expect((await post('/v2/generate_url_link', { callback_data })).json).toMatchObject({ code: 10001 })
      for (let n = 2; n < 50; n += 1) expect((await post('/v2/generate_url_link', {})).status).toBe(200)
      expect(await post('/v2/generate_url_link', {})).toMatchObject({ status: 429, json: { code: 22009 } })
    }))
})
