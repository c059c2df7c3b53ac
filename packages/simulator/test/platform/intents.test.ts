import { describe, expect, it } from 'vitest'

import { adapters, onFaultStage, type FaultStage } from '../support/fault-stage.js'
import type { WireSocket } from '../support/wire-client.js'

const C2C = 2 ** 25
const CLICKS = 2 ** 26
const CHANNELS = 2 ** 9

const ask = async ({ client, token }: FaultStage, intents: unknown): Promise<WireSocket> => {
  const socket = await client.open()
  await socket.until(({ op }) => op === 10)
  socket.send({ op: 2, d: { token: `QQBot ${token}`, intents, shard: [0, 1] } })
  return socket
}

/** The first answer to an Identify: a frame's name or opcode, or a close code. */
const answerTo = async (stage: FaultStage, intents: unknown): Promise<unknown> => {
  const socket = await ask(stage, intents)
  const frame = await socket.until(({ op }) => op !== 10).catch(() => null)
  const answer = frame ? (frame.t ?? frame.op) : (await socket.untilEnd()).code
  socket.terminate()
  return answer
}

describe.each(adapters)('permitted intents, %s', (adapter) => {
  it('SM-09 are a set: any subset is accepted, any other bit is refused', async () =>
    onFaultStage(
      adapter,
      async (stage) => {
        for (const [intents, answer] of [
          [C2C + CLICKS, 'READY'],
          [C2C, 'READY'],
          [0, 'READY'],
          [CHANNELS, 9],
          [C2C + CHANNELS, 9],
          [2 ** 30, 9],
        ] as const)
          expect([intents, await answerTo(stage, intents)]).toEqual([intents, answer])
      },
      { bot: { intents: C2C + CLICKS } },
    ))

  it('SM-09 default to all for bots of the kind', async () => {
    const all = [0, 1, 10, 12, 18, 19, 23, 24, 25, 26, 27, 29, 30].reduce((mask, bit) => mask + 2 ** bit, 0)
    await onFaultStage(adapter, async (stage) =>
      expect(await answerTo(stage, all + CHANNELS + 2 ** 28)).toBe('READY'),
    )
    await onFaultStage(
      adapter,
      async (stage) => {
        expect(await answerTo(stage, all)).toBe('READY')
        expect(await answerTo(stage, CHANNELS)).toBe(9)
        expect(await answerTo(stage, 2 ** 28)).toBe(9)
      },
      { bot: { privateDomain: false } },
    )
  })

  it.each(['op9', 'op9_without_d', 'op9_then_4903', 'close_4014'] as const)(
    'SM-09 unknown bits are closed with 4013, also with %s',
    async (refusedIntents) =>
      onFaultStage(
        adapter,
        async (stage) => {
          for (const intents of [2 ** 2, C2C + 2 ** 5, 2 ** 31, -1, 1.5, '1', null, undefined])
            expect([intents, await answerTo(stage, intents)]).toEqual([intents, 4013])
        },
        { live: { refusedIntents } },
      ),
  )

  it('SM-09 can be withdrawn and restored: events stop, and return', async () =>
    onFaultStage(adapter, async (stage) => {
      const { sim, beat } = stage
      const socket = await ask(stage, C2C + CLICKS)
      await socket.until(({ t }) => t === 'READY')
      sim.changeBot({ intents: CLICKS })
      expect(sim.snapshot().bots).toMatchObject([{ intents: CLICKS }])
      sim.user('ann').say('unheard')
      sim.changeBot({ intents: C2C })
      sim.user('ann').say('heard')
      await beat(socket)
      expect(
        socket.frames.flatMap(({ t, d }) =>
          t === 'READY' ? [] : ((d as { content?: string })?.content ?? []),
        ),
      ).toEqual(['heard'])
      // The next Identify is checked against the permissions at that time.
      expect(await answerTo(stage, C2C + CLICKS)).toBe(9)
    }))

  it.each([
    [{ intents: -1 }, 'intents'],
    [{ intents: '1' }, 'intents'],
    [{ webhook: 7 }, 'webhook'],
    [{ standing: 'odd' }, 'standing'],
    [{ name: 'x' }, 'name'],
  ])('SM-09 a wrong change of a bot is refused by name: %j', async (change, path) =>
    onFaultStage(adapter, async ({ sim }) => {
      const before = sim.snapshot().bots
      const wrong = (): void => sim.changeBot(change as object)
      expect(wrong).toThrow(expect.objectContaining({ code: 'invalid_options', path }) as Error)
      expect(sim.snapshot().bots).toEqual(before)
    }),
  )
})
