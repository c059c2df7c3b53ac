import { describe, expect, it } from 'vitest'

import { send } from '../support/fault-plays/calls.js'
import {
  adapters,
  onFaultStage,
  type Answering,
  type Endpoint,
  type FaultStage,
} from '../support/fault-stage.js'

const BUTTON = { id: 'go', render_data: { label: 'Go' }, action: { type: 1, data: 'go' } }

/** Sends a message with a callback button. */
const offer = async (stage: FaultStage): Promise<void> => {
  await send(stage, { keyboard: { content: { rows: [{ buttons: [BUTTON] }] } } })
}

/** Ann clicks, and the webhook answers the push with the given body. */
const click = async (
  stage: FaultStage,
  answer: Answering,
): Promise<{ readonly id: string; readonly endpoint: Endpoint }> => {
  const endpoint = await stage.listen(answer)
  await offer(stage)
  stage.sim.changeBot({ webhook: endpoint.url })
  const { id } = stage.sim.user('ann').press('Go')
  await endpoint.until(1)
  return { id, endpoint }
}

describe.each(adapters)('a click over the webhook, %s', (adapter) => {
  it.each([0, 1, 2, 3, 4, 5])(
    'SM-07 is acknowledged by code %i in the answer to its push (§7.7)',
    async (code) =>
      onFaultStage(adapter, async (stage) => {
        const { id, endpoint } = await click(stage, () => JSON.stringify({ op: 12, code }))
        expect(await stage.sim.outcomeOf({ id })).toMatchObject({ code, by: 'answer', ms: 0, shown: null })
        expect(stage.sim.oracle.interaction(id)).toBe(code)
        await stage.pass(10_000)
        expect(stage.sim.log.of('interaction')).toHaveLength(1)
        endpoint.close()
      }),
  )

  it.each([
    ['an answer without a code', { op: 12 }],
    ['an answer of older clients', { op: 12, d: 0 }],
    ['a code that there is not', { op: 12, code: 6 }],
    ['a code as text', { op: 12, code: '0' }],
    ['another opcode', { op: 11, code: 0 }],
    ['nothing', ''],
  ])('SM-07 shows a failure after 3 s for %s', async (_what, body) =>
    onFaultStage(adapter, async (stage) => {
      const { id, endpoint } = await click(stage, () => (body === '' ? '' : JSON.stringify(body)))
      await stage.pass(3_000)
      expect(stage.sim.oracle.click(id)).toBeNull()
      await stage.pass(1)
      expect(stage.sim.oracle.click(id)).toMatchObject({ code: null, by: null, shown: '请求第三方失败' })
      expect(stage.sim.oracle.interaction(id)).toBeNull()
      endpoint.close()
    }),
  )
})

describe('a click over the webhook, in memory', () => {
  it.each([
    [2_000, { code: 4, ms: 2_000 }],
    [3_000, { code: 4, ms: 3_000 }],
    [3_001, { code: null, ms: 3_001 }],
  ])('SM-07 an answer after %i ms', async (ms, seen) =>
    onFaultStage('in memory', async (stage) => {
      const { sim, pass } = stage
      const { id } = await click(stage, async () => {
        await new Promise<void>((resolve) => sim.clock.setTimer(ms, resolve))
        return '{"op":12,"code":4}'
      })
      const outcome = sim.outcomeOf({ id })
      await pass(4_000)
      expect(await outcome).toMatchObject(seen)
      expect(sim.log.of('interaction')).toHaveLength(1)
    }),
  )

  it('SM-07 is pushed again after a refused answer, and the second answer counts', async () =>
    onFaultStage('in memory', async (stage) => {
      let count = 0
      const { id } = await click(stage, () =>
        count++ === 0 ? '{"op":12,"d":1,"code":0}' : '{"op":12,"code":2}',
      )
      const outcome = stage.sim.outcomeOf({ id })
      await stage.pass(2_000)
      expect(await outcome).toMatchObject({ code: 2, ms: 1_000 })
    }))

  it('SM-07 waiting for an outcome ends with its signal, and with the simulator', async () =>
    onFaultStage('in memory', async (stage) => {
      const { id } = await click(stage, () => '')
      await expect(
        stage.sim.outcomeOf({ id }, { signal: AbortSignal.abort(new Error('enough')) }),
      ).rejects.toThrow('enough')
      const outcome = stage.sim.outcomeOf({ id })
      await stage.sim.close()
      await expect(outcome).rejects.toThrow('closed')
    }))
})

describe('a click over the gateway, in memory', () => {
  const press = async (stage: FaultStage, type?: number): Promise<string> => {
    await offer(stage)
    return stage.sim.user('ann').press({ button: 'Go', ...(type === undefined ? {} : { type }) }).id
  }
  const put = async (stage: FaultStage, id: string, body: object = { code: 0 }) =>
    stage.call(`/interactions/${id}`, { method: 'PUT', body })

  it('SM-03 is acknowledged by PUT within 3 s, once', async () =>
    onFaultStage('in memory', async (stage) => {
      const id = await press(stage)
      await stage.pass(3_000)
      expect((await put(stage, id, { code: 3 })).status).toBe(200)
      expect(stage.sim.oracle.click(id)).toMatchObject({ code: 3, by: 'call', ms: 3_000 })
      expect((await put(stage, id)).json).toMatchObject({ code: 630001 })
    }))

  it('SM-03 cannot be acknowledged after 3 s', async () =>
    onFaultStage('in memory', async (stage) => {
      const id = await press(stage)
      await stage.pass(3_001)
      expect((await put(stage, id)).json).toMatchObject({ code: 630001 })
      expect(stage.sim.oracle.click(id)).toMatchObject({ code: null, shown: '请求第三方失败' })
    }))

  it('SM-03 interactions of other types need no acknowledgement (§4.5)', async () =>
    onFaultStage('in memory', async (stage) => {
      const id = await press(stage, 13)
      await stage.pass(60_000)
      expect(stage.sim.oracle.click(id)).toBeNull()
    }))
})
