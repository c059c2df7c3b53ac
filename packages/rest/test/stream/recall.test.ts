import { expect, it } from 'vitest'

import { StreamedIds } from '../../src/stream/open-streams.js'
import { taken } from '../support/fake-endpoint.js'
import { C2C, OPTIONS } from '../support/play-stream.js'
import { restHarness, failure, sent, type RestHarness } from '../support/rest-harness.js'
import type { Reply } from '../support/scripted-dispatcher.js'

/** Streams, sends and takes back as live bots saw it: a streamed message is refused for its parameter. */
const platform = (): RestHarness => {
  let streams = 0
  return restHarness(({ path, method }): Reply => {
    if (method === 'DELETE')
      return path.includes('stream-') ? failure(40061001, '请求参数无效') : { status: 200, body: {} }
    if (!path.endsWith('stream_messages')) return sent('m1')
    streams += 1
    return taken(`stream-${streams}`)
  })
}

it('RS-31 a streamed message is not recalled: no request, and advice', async () => {
  const stage = platform()
  const { messages } = await stage.settle(stage.rest.stream(C2C, ['hi'], OPTIONS))
  const calls = stage.calls.length
  const id = messages[0]?.id ?? ''
  await expect(stage.rest.recall(C2C, id)).rejects.toMatchObject({
    code: 'invalid_request',
    path: 'messageId',
    delivered: 'no',
    advice: { en: expect.stringContaining('streamed message'), zh: expect.stringContaining('流式消息') },
  })
  expect(stage.calls).toHaveLength(calls)
  // The text that went out as an ordinary message can be taken back.
  await stage.settle(stage.rest.recall(C2C, 'm1'))
  expect(stage.calls).toHaveLength(calls + 1)
})

it('RS-31 nor by a call of the endpoint itself', async () => {
  const stage = platform()
  await stage.settle(stage.rest.stream(C2C, ['hi'], OPTIONS))
  const calls = stage.calls.length
  const route = 'DELETE /v2/users/{user_openid}/messages/{message_id}'
  const params = { user_openid: C2C.id, message_id: 'stream-1' }
  for (const work of [
    stage.rest.request(route, { params }),
    stage.rest.request(`DELETE /v2/users/${C2C.id}/messages/stream-1`),
  ])
    await expect(work).rejects.toMatchObject({ code: 'invalid_request', path: 'messageId' })
  expect(stage.calls).toHaveLength(calls)
  await stage.settle(stage.rest.request(route, { params: { ...params, message_id: 'm1' } }))
  expect(stage.calls).toHaveLength(calls + 1)
})

it('RS-31 the refusal of an id that this client does not know has the same advice', async () => {
  const stage = platform()
  await stage.settle(stage.rest.stream(C2C, ['hi'], OPTIONS))
  const known = await stage.rest.recall(C2C, 'stream-1').catch((error: unknown) => error)
  const unknown = await stage.settle(stage.rest.recall(C2C, 'stream-77')).catch((error: unknown) => error)
  expect(unknown).toMatchObject({ errCode: 40061001, delivered: 'no' })
  expect((unknown as { advice: unknown }).advice).toEqual((known as { advice: unknown }).advice)
})

it('RS-31 the last ten thousand streams are remembered', () => {
  const ids = new StreamedIds()
  for (let count = 0; count <= 10_000; count += 1) ids.add(`stream-${count}`)
  expect([ids.has('stream-0'), ids.has('stream-1'), ids.has('stream-10000')]).toEqual([false, true, true])
  // Each chunk names it again: that is no other one.
  for (let count = 0; count < 10_000; count += 1) ids.add('stream-10000')
  expect(ids.has('stream-1')).toBe(true)
})
