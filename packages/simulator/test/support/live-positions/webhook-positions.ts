import { expect } from 'vitest'

import { send } from '../fault-plays/calls.js'
import type { FaultStage } from '../fault-stage.js'
import type { WireAnswer } from '../wire-client.js'
import type { Positions } from './position.js'

const BUTTON = { id: 'go', render_data: { label: 'Go' }, action: { type: 1, data: 'go' } }

/** A click over the webhook, whose push is answered without a code, and then a `PUT`. */
const put = async (
  stage: FaultStage,
  code: number,
): Promise<{ readonly id: string; readonly answer: WireAnswer }> => {
  const { sim } = stage
  const endpoint = await stage.listen(() => '{"op":12,"d":0}')
  await send(stage, { keyboard: { content: { rows: [{ buttons: [BUTTON] }] } } })
  sim.changeBot({ webhook: endpoint.url })
  const { id } = sim.user('ann').press('Go')
  await endpoint.until(1)
  const answer = await stage.call(`/interactions/${id}`, { method: 'PUT', body: { code } })
  endpoint.close()
  return { id, answer }
}

/** Clicks over the webhook (§7.7). */
export const webhookPositions: Positions = {
  webhookPut: {
    ignore: async (stage) => {
      const { id, answer } = await put(stage, 4)
      expect(answer).toMatchObject({ status: 200, text: '' })
      expect(stage.sim.oracle.click(id)).toBeNull()
      await stage.pass(3_001)
      expect(await stage.sim.outcomeOf({ id })).toMatchObject({
        code: null,
        shown: '请求第三方失败',
        ms: 3_001,
      })
    },
    accept: async (stage) => {
      const { id, answer } = await put(stage, 4)
      expect(answer).toMatchObject({ status: 200, text: '' })
      expect(stage.sim.oracle.click(id)).toMatchObject({ code: 4, by: 'call', shown: null })
    },
  },
}
