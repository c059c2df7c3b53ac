import { describe, expect, it } from 'vitest'

import { onStage } from '../support/stage.js'

const notice = (id: string, seq: number): object => ({
  msg_type: 6,
  input_notify: { input_type: 1, input_second: 10 },
  msg_id: id,
  msg_seq: seq,
})

describe('a typing notice', () => {
  it('SM-16 is no reply: not to replyTo(), not in the oracle, and no message of the log', async () =>
    onStage(async ({ sim, post }) => {
      const path = `/v2/users/${sim.user('ann').id}/messages`
      const said = sim.user('ann').say('hi')
      const first = sim.replyTo(said)
      expect((await post(path, notice(said.id, 1))).json).toMatchObject({
        id: expect.stringMatching(/./),
        ext_info: { ref_idx: expect.stringMatching(/^REFIDX_/) },
      })
      expect(sim.oracle.replies(said.id)).toEqual([])
      expect(sim.log.of('typing')).toMatchObject([{ peer: 'ann', replyTo: said.id, ms: 10_000 }])
      await post(path, { content: 'pong', msg_id: said.id, msg_seq: 2 })
      expect(await first).toMatchObject({ content: 'pong' })
      expect(sim.oracle.replies(said.id)).toHaveLength(1)
      expect(sim.log.of('message').map(({ content }) => content)).toEqual(['hi', 'pong'])
    }))

  it('SM-16 has no message that could be recalled', async () =>
    onStage(async ({ sim, post, call }) => {
      const { id, ...ann } = { id: sim.user('ann').id, said: sim.user('ann').say('hi') }
      const sent = await post(`/v2/users/${id}/messages`, notice(ann.said.id, 1))
      const { id: own } = sent.json as { readonly id: string }
      expect((await call('DELETE', `/v2/users/${id}/messages/${own}`)).json).toMatchObject({ code: 40061002 })
    }))
})
