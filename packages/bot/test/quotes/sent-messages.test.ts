import type { RestAnswer, RestCall } from '@qqkit/rest'
import { describe, expect, it } from 'vitest'

import { watchSent } from '../../src/quotes/sent-messages.js'

const told = async (call: Partial<RestCall>, body: unknown): Promise<readonly unknown[]> => {
  const seen: unknown[] = []
  const answer: RestAnswer = { status: 200, body, traceId: null, steps: [] }
  const watch = watchSent({
    onSent: (target, { id, reference, text }) =>
      void seen.push([target.scene, target.id, id, reference, text]),
    onRecalled: (target, id) => void seen.push([target.scene, target.id, id]),
  })
  expect(await watch({ method: 'POST', ...call } as RestCall, async () => answer)).toBe(answer)
  return seen
}

const STREAM = '/v2/users/{user_openid}/stream_messages'
const chunk = { input_mode: 'replace', input_state: 10, content_raw: 'all of it' }
const indexed = { id: 's', ext_info: { ref_idx: 'REFIDX_1==' } }

describe('BT-46 messages that were sent', () => {
  it('are told with the place in their path, decoded', async () => {
    const call = {
      route: '/v2/groups/{group_openid}/messages',
      path: '/v2/groups/A%2FB/messages?x=1',
      body: { content: 'hi' },
    }
    expect(await told(call, indexed)).toEqual([['group', 'A/B', 's', 'REFIDX_1==', 'hi']])
  })

  it('are told once where they grow, by the last chunk, and not where chunks append', async () => {
    const grown = { route: STREAM, path: '/v2/users/U/stream_messages' }
    expect(await told({ ...grown, body: chunk }, indexed)).toEqual([
      ['c2c', 'U', 's', 'REFIDX_1==', 'all of it'],
    ])
    expect(await told({ ...grown, body: { ...chunk, input_state: 1 } }, indexed)).toEqual([])
    expect(await told({ ...grown, body: { ...chunk, input_mode: 'append' } }, indexed)).toEqual([])
  })

  it.each([
    ['another call', { route: '/gateway', path: '/gateway' }, indexed],
    ['a recall', { method: 'DELETE', route: STREAM, path: '/v2/users/U/stream_messages' } as const, indexed],
    ['an answer without index', { route: STREAM, path: '/v2/users/U/x', body: chunk }, { id: 's' }],
    ['an answer of another kind', { route: STREAM, path: '/v2/users/U/x', body: chunk }, 'ok'],
  ])('are none: %s', async (_what, call, answer) => {
    expect(await told(call, answer)).toEqual([])
  })

  it.each([
    ['c2c', '/v2/users/{user_openid}/messages/{message_id}', '/v2/users/P/messages/ROBOT1.0_a%21'],
    ['group', '/v2/groups/{group_openid}/messages/{message_id}', '/v2/groups/P/messages/ROBOT1.0_a%21'],
    [
      'channel',
      '/channels/{channel_id}/messages/{message_id}',
      '/channels/P/messages/ROBOT1.0_a%21?hidetip=true',
    ],
    ['dm', '/dms/{guild_id}/messages/{message_id}', '/dms/P/messages/ROBOT1.0_a%21?hidetip=false'],
  ])('are told by their ids where they are recalled: %s', async (scene, route, path) => {
    expect(await told({ method: 'DELETE', route, path }, undefined)).toEqual([[scene, 'P', 'ROBOT1.0_a!']])
  })

  it('may have a body of any kind', async () => {
    const call = { route: '/dms/{guild_id}/messages', path: '/dms/7/messages', body: undefined }
    expect(await told(call, { id: 'm' })).toEqual([['dm', '7', 'm', 'm', '']])
  })
})
