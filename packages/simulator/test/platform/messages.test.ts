import { describe, expect, it } from 'vitest'

import { onStage } from '../support/stage.js'

const MINUTE = 60_000

describe('reply windows', () => {
  it('SM-03 C2C: four replies within an hour, then 22009', async () =>
    onStage(async ({ sim, post, clock }) => {
      const { id } = sim.user('ann').say('hi')
      const path = `/v2/users/${sim.user('ann').id}/messages`
      const send = async (seq: number) => post(path, { content: `${seq}`, msg_id: id, msg_seq: seq })
      for (const seq of [1, 2, 3]) expect((await send(seq)).status).toBe(200)
      await clock.advance(60 * MINUTE)
      expect((await send(4)).status).toBe(200)
      expect((await send(5)).json).toMatchObject({ err_code: 22009, message: 'msg limit exceed' })
    }))

  it('SM-03 C2C: after the hour the message id has expired', async () =>
    onStage(async ({ sim, post, clock }) => {
      const { id } = sim.user('ann').say('hi')
      await clock.advance(60 * MINUTE + 1)
      const answer = await post(`/v2/users/${sim.user('ann').id}/messages`, { content: 'late', msg_id: id })
      expect(answer).toMatchObject({
        status: 400,
        json: { code: 40034005, err_code: 40034005, message: '回复消息msg_id已过期' },
      })
      expect(answer.json?.['trace_id']).toBe(answer.headers['x-tps-trace-id'])
    }))

  it('SM-03 groups: five replies within five minutes', async () =>
    onStage(async ({ sim, post, clock }) => {
      const { id } = sim.group('room').user('bob').say('hi')
      const path = `/v2/groups/${sim.group('room').id}/messages`
      for (const seq of [1, 2, 3, 4, 5]) {
        expect((await post(path, { content: 'x', msg_id: id, msg_seq: seq })).status).toBe(200)
      }
      expect((await post(path, { content: 'x', msg_id: id, msg_seq: 6 })).json).toMatchObject({
        code: 22009,
      })
      const next = sim.group('room').user('bob').say('again')
      await clock.advance(5 * MINUTE + 1)
      expect((await post(path, { content: 'x', msg_id: next.id })).json).toMatchObject({ code: 40034005 })
    }))

  it.each(['channel', 'dm'] as const)('SM-03 %s: five minutes, then 304027', async (scene) =>
    onStage(async ({ sim, post, clock }) => {
      const person = scene === 'channel' ? sim.channel('general').user('cat') : sim.dm('cat')
      const { id } = person.say('hi')
      const path = `/${scene === 'channel' ? 'channels' : 'dms'}/${person.id}/messages`
      expect((await post(path, { content: 'x', msg_id: id })).status).toBe(200)
      await clock.advance(5 * MINUTE + 1)
      expect((await post(path, { content: 'x', msg_id: id })).json).toMatchObject({ code: 304027 })
    }),
  )

  it('SM-03 windows, counts and codes can be set', async () =>
    onStage(
      async ({ sim, post, clock }) => {
        const { id } = sim.user('ann').say('hi')
        const path = `/v2/users/${sim.user('ann').id}/messages`
        expect((await post(path, { content: 'x', msg_id: id })).status).toBe(200)
        expect((await post(path, { content: 'x', msg_id: id, msg_seq: 2 })).json).toMatchObject({
          code: 22009,
        })
        const next = sim.user('ann').say('hi')
        await clock.advance(1_001)
        expect((await post(path, { content: 'x', msg_id: next.id })).json).toMatchObject({
          code: 40034031,
          message: 'msgid已经过期,不能回复',
        })
      },
      { windows: { c2c: { ms: 1_000, replies: 1 } }, expiredCodes: { c2c: 40034031 } },
    ))
})

describe('anchors', () => {
  it('SM-03 a repeated msg_seq is a duplicate, also when the count is used up', async () =>
    onStage(
      async ({ sim, post }) => {
        const { id } = sim.user('ann').say('hi')
        const path = `/v2/users/${sim.user('ann').id}/messages`
        await post(path, { content: 'x', msg_id: id })
        expect((await post(path, { content: 'x', msg_id: id, msg_seq: 1 })).json).toMatchObject({
          code: 40054005,
        })
        expect(sim.oracle.replies(id)).toHaveLength(1)
      },
      { windows: { c2c: { replies: 1 } } },
    ))

  it('SM-03 ids of others, of another scene or of sent messages are refused', async () =>
    onStage(async ({ sim, post }) => {
      const { id } = sim.group('room').user('bob').say('hi')
      const path = `/v2/users/${sim.user('ann').id}/messages`
      expect((await post(path, { content: 'x', msg_id: id })).json).toMatchObject({
        code: 40034024,
        message: '请求参数msg_id无效或越权',
      })
      const sent = await post(path, { content: 'proactive' })
      expect((await post(path, { content: 'x', msg_id: sent.json?.['id'] })).json).toMatchObject({
        code: 40034024,
      })
      expect((await post(path, { content: 'x', event_id: 'nonsense' })).json).toMatchObject({
        code: 40034025,
      })
    }))

  it('SM-03 an event can be replied to when it is of the right kind', async () =>
    onStage(async ({ sim, post, clock }) => {
      const group = sim.group('room')
      const path = `/v2/groups/${group.id}/messages`
      const invited = group.addBot('bob')
      expect((await post(path, { content: 'hello all', event_id: invited })).status).toBe(200)
      const left = group.user('bob').leave()
      expect((await post(path, { content: 'bye', event_id: left })).json).toMatchObject({ code: 40034027 })
      const allowed = group.allow('bob')
      await clock.advance(5 * MINUTE + 1)
      expect((await post(path, { content: 'x', event_id: allowed })).json).toMatchObject({ code: 40034026 })
    }))
})

describe('who may send', () => {
  it('SM-03 strangers, refused proactive messages and mutes', async () =>
    onStage(async ({ sim, post }) => {
      const ann = sim.user('ann')
      const group = sim.group('room')
      const toAnn = `/v2/users/${ann.id}/messages`
      const toRoom = `/v2/groups/${group.id}/messages`
      // An unknown id, one of another scene, and one of another bot (§2.9).
      const other = sim.user('ann', sim.addBot().appId).id
      for (const path of [
        '/v2/users/NOBODY/messages',
        `/v2/users/${group.id}/messages`,
        `/v2/users/${group.id}/stream_messages`,
        `/v2/users/${other}/messages`,
        `/v2/groups/${ann.id}/messages`,
      ]) {
        const answer = await post(path, { content: 'x' })
        expect([path, answer]).toMatchObject([
          path,
          { status: 500, json: { code: 11255, message: 'invalid request' } },
        ])
      }
      ann.refuse()
      expect((await post(toAnn, { content: 'x' })).json).toMatchObject({ code: 40054013 })
      ann.allow()
      expect((await post(toAnn, { content: 'x' })).status).toBe(200)
      ann.unfriend()
      expect((await post(toAnn, { content: 'x' })).json).toMatchObject({ code: 40054004 })
      group.refuse()
      expect((await post(toRoom, { content: 'x' })).json).toMatchObject({ code: 40034105 })
      group.mute()
      expect((await post(toRoom, { content: 'x' })).json).toMatchObject({ code: 40054002 })
      group.removeBot()
      expect((await post(toRoom, { content: 'x' })).json).toMatchObject({ code: 40034101 })
    }))

  it('SM-03 channels need a gateway session: 304018', async () =>
    onStage(async ({ sim, post, socket, clock }) => {
      const path = `/channels/${sim.channel('general').id}/messages`
      expect((await post(path, { content: 'x' })).status).toBe(200)
      socket.terminate()
      await clock.settle()
      expect((await post(path, { content: 'x' })).json).toMatchObject({ code: 304018 })
    }))
})

describe('content', () => {
  it.each([
    ['nothing', {}, 50006],
    ['blanks', { content: ' \n\u00A0\u3000\t' }, 50006],
    ['markdown of blanks', { msg_type: 2, markdown: { content: ' \n' } }, 40034011],
    ['text under markdown', { msg_type: 2, content: 'x' }, 40034011],
    ['an unknown msg_type', { msg_type: 5, content: 'x' }, 340069],
    ['markdown without any', { msg_type: 2 }, 40034011],
    ['markdown of both kinds', { msg_type: 2, markdown: { content: 'x', custom_template_id: '1' } }, 50057],
    ['a type that does not fit', { msg_type: 0, markdown: { content: 'x' } }, 22006],
    ['a file that is unknown', { msg_type: 7, media: { file_info: 'x' } }, 304080],
    [
      'six rows of buttons',
      { content: 'x', keyboard: { content: { rows: Array.from({ length: 6 }, () => ({ buttons: [] })) } } },
      40034029,
    ],
  ])('SM-03 refuses %s', async (_what, body, code) =>
    onStage(async ({ sim, post }) => {
      expect((await post(`/v2/users/${sim.user('ann').id}/messages`, body)).json).toMatchObject({ code })
    }),
  )

  it.each([
    ['nothing', {}, 50006],
    ['markdown with text', { content: 'x', markdown: { content: 'y' } }, 50037],
  ])('SM-03 refuses %s in a channel', async (_what, body, code) =>
    onStage(async ({ sim, post }) => {
      expect((await post(`/channels/${sim.channel('general').id}/messages`, body)).json).toMatchObject({
        code,
      })
    }),
  )
})

describe('audit', () => {
  it.each([true, false])('SM-03 holds a guild message, verdict %s', async (passed) =>
    onStage(
      async ({ sim, post, socket }) => {
        const path = `/channels/${sim.channel('general').id}/messages`
        const held = await post(path, { content: 'x' })
        expect(held).toMatchObject({
          status: 202,
          json: { code: 304023, message: 'push message is waiting for audit now' },
        })
        const data = held.json?.['data'] as { message_audit: { audit_id: string } }
        expect(sim.judgeAudit(data.message_audit.audit_id, passed)).toBe(true)
        const verdict = await socket.until(({ t }) => t?.startsWith('MESSAGE_AUDIT') === true)
        expect(verdict).toMatchObject({
          t: passed ? 'MESSAGE_AUDIT_PASS' : 'MESSAGE_AUDIT_REJECT',
          d: { audit_id: data.message_audit.audit_id },
        })
        const shown = sim.log.of('message').filter(({ change }) => change === 'sent')
        expect(shown).toHaveLength(passed ? 1 : 0)
        expect(sim.judgeAudit(data.message_audit.audit_id, passed)).toBe(false)
      },
      { audit: true },
    ),
  )
})

describe('recall', () => {
  it('SM-03 own messages, within two minutes, once', async () =>
    onStage(async ({ client, sim, post, token, clock }) => {
      const path = `/v2/groups/${sim.group('room').id}/messages`
      const said = sim.group('room').user('bob').say('hi')
      const recall = async (id: unknown) =>
        client.call(`${path}/${encodeURIComponent(String(id))}`, { method: 'DELETE', token })
      const first = await post(path, { content: '1' })
      expect(await recall(first.json?.['id'])).toMatchObject({ status: 200, text: '' })
      expect((await recall(first.json?.['id'])).json).toMatchObject({ code: 40061002 })
      expect((await recall(said.id)).json).toMatchObject({ code: 40062003 })
      const second = await post(path, { content: '2' })
      await clock.advance(2 * MINUTE + 1)
      expect((await recall(second.json?.['id'])).json).toMatchObject({ code: 40064004 })
    }))
})

describe('error bodies', () => {
  it.each([
    ['2022', { code: 40034024, message: '请求参数msg_id无效或越权' }],
    ['2026', { err_code: 40034024, message: '请求参数msg_id无效或越权' }],
  ] as const)('SM-03 of the generation of %s', async (errorBody, body) =>
    onStage(
      async ({ sim, post }) => {
        const answer = await post(`/v2/users/${sim.user('ann').id}/messages`, { content: 'x', msg_id: 'no' })
        const { trace_id: _trace, ...rest } = answer.json ?? {}
        expect(rest).toEqual(body)
      },
      { errorBody },
    ),
  )
})
