import { describe, expect, it } from 'vitest'

import type { MemorySimulator } from '../../src/index.js'
import { onStage } from '../support/stage.js'

/** Fields that the official Python client sends as `null` when they are not set. */
const LEFT_OUT = {
  content: null,
  embed: null,
  ark: null,
  message_reference: null,
  media: null,
  image: null,
  file_image: null,
  msg_id: null,
  event_id: null,
  markdown: null,
  keyboard: null,
  msg_seq: null,
  is_wakeup: null,
  stream: null,
  prompt_keyboard: null,
}

const KEYBOARD = {
  id: null,
  content: {
    style: null,
    rows: [
      { buttons: [{ id: 'b', render_data: { label: 'Go', style: null }, action: { type: 1, modal: null } }] },
    ],
  },
}

const TARGETS = [
  ['a user', (sim: MemorySimulator) => `/v2/users/${sim.user('ann').id}/messages`],
  ['a group', (sim: MemorySimulator) => `/v2/groups/${sim.group('room').id}/messages`],
  ['a channel', (sim: MemorySimulator) => `/channels/${sim.channel('general').id}/messages`],
  ['a direct message', (sim: MemorySimulator) => `/dms/${sim.dm('dan').id}/messages`],
] as const

describe('a null field counts as absent', () => {
  it.each(TARGETS)('SM-01 in a send to %s, at any depth', async (_who, pathOf) =>
    onStage(
      async ({ sim, post }) => {
        const path = pathOf(sim)
        expect((await post(path, { ...LEFT_OUT, content: 'hi' })).status).toBe(200)
        expect(
          (await post(path, { ...LEFT_OUT, msg_type: 2, markdown: { content: '# x', params: null } })).status,
        ).toBe(200)
        expect((await post(path, { ...LEFT_OUT, content: 'hi', keyboard: KEYBOARD })).status).toBe(200)
        expect((await post(path, LEFT_OUT)).json).toMatchObject({ code: 50006, message: 'empty msg' })
        expect(sim.log.of('message').map(({ content }) => content)).toEqual(['hi', '# x', 'hi'])
      },
      { limits: false },
    ),
  )

  it('SM-01 in an upload, a stream and the acknowledgement of a click', async () =>
    onStage(async ({ sim, post, call }) => {
      const user = `/v2/users/${sim.user('ann').id}`
      const file = {
        file_type: 1,
        url: 'https://example.test/a.png',
        file_data: null,
        upload_id: null,
        file_name: null,
      }
      expect((await post(`${user}/files`, file)).status).toBe(200)
      const said = sim.user('ann').say('hi')
      const chunk = {
        input_state: 10,
        content_raw: 'x',
        msg_id: said.id,
        event_id: null,
        stream_msg_id: null,
        index: null,
      }
      expect((await post(`${user}/stream_messages`, chunk)).status).toBe(200)
      await post(`${user}/messages`, { content: 'x', keyboard: KEYBOARD })
      const pressed = sim.user('ann').press('b')
      expect((await call('PUT', `/interactions/${pressed.id}`, { code: 0, data: null })).status).toBe(200)
    }))

  it('SM-01 answers carry the bare media type', async () =>
    onStage(async ({ sim, post, call }) => {
      const path = `/v2/users/${sim.user('ann').id}/messages`
      for (const answer of [
        await post(path, { content: 'hi' }),
        await post(path, {}),
        await call('GET', '/gateway/bot'),
        await call('GET', '/nowhere'),
      ])
        expect(answer.headers['content-type']).toBe('application/json')
    }))
})
