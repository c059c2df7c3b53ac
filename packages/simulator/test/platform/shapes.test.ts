import { describe, expect, it } from 'vitest'

import { adapters, onFaultStage } from '../support/fault-stage.js'
import type { Frame } from '../support/wire-client.js'

type Payload = Readonly<Record<string, unknown>>

const dOf = (frame: Frame | undefined): Payload => (frame?.d ?? {}) as Payload

const extOf = (frame: Frame | undefined): unknown => (dOf(frame)['message_scene'] as { ext?: unknown }).ext

describe.each(adapters)('shapes that live bots saw, %s', (adapter) => {
  it('SM-01 one message id on several group messages, which differ by msg_idx (§4.1)', async () =>
    onFaultStage(adapter, async (stage) => {
      const { sim, ready, beat, post } = stage
      const { socket } = await ready()
      const bob = sim.group('room').user('bob')
      const first = bob.say('one')
      const second = bob.say('two', { id: first.id })
      bob.say('three', { id: first.id, index: 'REFIDX_chosen==' })
      bob.say('four', { id: first.id, index: null })
      await beat(socket)
      const heard = socket.frames.filter(({ t }) => t === 'GROUP_AT_MESSAGE_CREATE')
      expect(second.id).toBe(first.id)
      expect(new Set(heard.map((frame) => dOf(frame)['id']))).toEqual(new Set([first.id]))
      expect(heard.map((frame) => dOf(frame)['content'])).toEqual([' one ', ' two ', ' three ', ' four '])
      expect(new Set(heard.map(({ id }) => id)).size).toBe(4)
      const [one, two, three, four] = heard.map(extOf)
      expect(one).not.toEqual(two)
      expect([three, four]).toEqual([['msg_idx=REFIDX_chosen=='], []])
      // Both messages share one anchor: five replies in all.
      const path = `/v2/groups/${sim.group('room').id}/messages`
      for (const seq of [1, 2, 3, 4, 5])
        expect((await post(path, { content: 'x', msg_id: first.id, msg_seq: seq })).status).toBe(200)
      bob.say('five', { id: first.id })
      expect((await post(path, { content: 'x', msg_id: first.id, msg_seq: 6 })).json).toMatchObject({
        code: 22009,
      })
    }))

  it('SM-01 fields can be left out: a group event without group_openid (§4.3)', async () =>
    onFaultStage(adapter, async ({ sim, ready }) => {
      const { socket } = await ready()
      sim
        .group('room')
        .user('bob')
        .say('hi', { without: ['group_openid', 'group_id'] })
      const { d } = await socket.until(({ t }) => t === 'GROUP_AT_MESSAGE_CREATE')
      expect(Object.keys(d as object)).not.toContain('group_openid')
      expect(Object.keys(d as object)).not.toContain('group_id')
      expect(d).toMatchObject({ content: ' hi ' })
    }))

  it('SM-01 numeric ids beyond 2^53 are sent unchanged', async () =>
    onFaultStage(adapter, async ({ sim, client, ready, beat, listen }) => {
      const { socket, session } = await ready()
      const texts: string[] = []
      sim.subscribe((entry) => entry.kind === 'frame' && entry.direction === 'out' && texts.push(entry.text))
      const big = '{"id":9007199254740993,"author":{"user_openid":12345678901234567890},"content":"hi"}'
      const id = sim.publishText('C2C_MESSAGE_CREATE', big)
      await beat(socket)
      expect(texts[0]).toBe(`{"op":0,"s":2,"t":"C2C_MESSAGE_CREATE","id":${JSON.stringify(id)},"d":${big}}`)
      expect(() => sim.publishText('C2C_MESSAGE_CREATE', '{"id":')).toThrow(SyntaxError)
      // A Resume replays the same text, and a webhook gets it too.
      socket.terminate()
      expect(client.sim.snapshot().sessions).toMatchObject([{ id: session, replayable: 1 }])
      const endpoint = await listen()
      sim.changeBot({ webhook: endpoint.url })
      sim.publishText('C2C_MESSAGE_CREATE', big)
      await endpoint.until(1)
      expect(endpoint.pushes[0]?.body).toContain(`"d":${big}}`)
      endpoint.close()
    }))

  it('SM-01 a webhook frame like a real one: no s, no ext, and a special header (§7.2)', async () =>
    onFaultStage(adapter, async ({ sim, listen }) => {
      const endpoint = await listen()
      sim.changeBot({ webhook: endpoint.url })
      sim.user('ann').say('hi', { payload: { message_scene: { source: 'default' } } })
      await endpoint.until(1)
      const { headers, body } = endpoint.pushes[0] ?? { headers: new Headers(), body: '{}' }
      const frame = JSON.parse(body) as Frame
      expect(Object.keys(frame)).toEqual(['op', 'id', 't', 'd'])
      expect(dOf(frame)['message_scene']).toEqual({ source: 'default' })
      expect(headers.get('x-signature-method')).toBe('ed25519')
      expect(headers.get('x-signature-ed25519')).toMatch(/^[0-9a-f]{128}$/)
      endpoint.close()
    }))
})
