import { expect, it } from 'vitest'

import { restHarness } from '../support/rest-harness.js'

const thread = { title: 'Plan', content: 'text', format: 1 } as const

it('a new thread is not published again when the answer was lost, though the method is PUT', async () => {
  const { rest, calls, settle } = restHarness(['reset', { status: 200, body: { task_id: 't' } }])
  const publish = rest.request('PUT /channels/{channel_id}/threads', {
    params: { channel_id: '1' },
    body: thread,
  })
  await expect(settle(publish)).rejects.toMatchObject({ delivered: 'unknown', situation: 'no_answer' })
  expect(calls).toHaveLength(1)
})

it('the older member list is asked for again, though the method is POST', async () => {
  const page = { members: [], next_index: 0 }
  const { rest, calls, settle } = restHarness(['reset', { status: 200, body: page }])
  const list = rest.request('POST /v2/groups/{group_openid}/members', {
    params: { group_openid: 'g' },
    body: { limit: 500, start_index: 0 },
  })
  expect(await settle(list)).toEqual(page)
  expect(calls).toHaveLength(2)
})

it('the option idempotent overrides the known repeatability', async () => {
  const { rest, calls, settle } = restHarness(['reset', { status: 200, body: { task_id: 't' } }])
  const publish = rest.request('PUT /channels/{channel_id}/threads', {
    params: { channel_id: '1' },
    body: thread,
    idempotent: true,
  })
  expect(await settle(publish)).toMatchObject({ task_id: 't' })
  expect(calls).toHaveLength(2)
})
