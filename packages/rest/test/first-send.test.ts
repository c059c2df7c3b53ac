import { expect, it } from 'vitest'

import { ANCHOR, restHarness, C2C, CHANNEL, DM, failure, GROUP, sent } from './support/rest-harness.js'

it('sends a reply in each scene, with the token and the number', async () => {
  const { rest, calls, settle } = restHarness([sent('m1')])
  for (const target of [C2C, GROUP, CHANNEL, DM]) {
    const result = await settle(rest.send(target, 'hi', { anchor: ANCHOR }))
    expect(result).toMatchObject({ kind: 'sent', id: 'm1', mode: 'passive', steps: [], traceId: 'trace-0' })
  }
  expect(calls.map(({ path, body }) => [path, body])).toEqual([
    [`/v2/users/${C2C.id}/messages`, { content: 'hi', msg_type: 0, msg_id: ANCHOR.msgId, msg_seq: 1 }],
    [`/v2/groups/${GROUP.id}/messages`, { content: 'hi', msg_type: 0, msg_id: ANCHOR.msgId, msg_seq: 2 }],
    [`/channels/${CHANNEL.id}/messages`, { content: 'hi', msg_id: ANCHOR.msgId }],
    [`/dms/${DM.id}/messages`, { content: 'hi', msg_id: ANCHOR.msgId }],
  ])
  expect(calls[0]?.headers['authorization']).toBe('QQBot AT_0001')
})

it('RS-01 RS-02 falls back to a proactive message once when the anchor has expired', async () => {
  const { rest, calls, settle } = restHarness([failure(40034005, '回复消息msg_id已过期'), sent('m2')])
  const result = await settle(rest.send(C2C, 'late', { anchor: ANCHOR }))
  expect(result).toMatchObject({
    kind: 'sent',
    mode: 'proactive',
    id: 'm2',
    steps: [{ kind: 'fallback', name: 'proactive', errCode: 40034005 }],
  })
  expect(calls[1]?.body).toEqual({ content: 'late', msg_type: 0 })
})
