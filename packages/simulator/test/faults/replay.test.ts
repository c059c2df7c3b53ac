import { expect, it } from 'vitest'

import type { SocketAction } from '../../src/index.js'
import { onStage, type Stage } from '../support/stage.js'
import type { WireSocket } from '../support/wire-client.js'

/** Three messages are said while the bot is disconnected; then it resumes. */
const comeBack = async ({ client, sim, clock, socket, session, token }: Stage): Promise<WireSocket> => {
  socket.terminate()
  await clock.settle()
  for (const text of ['2', '3', '4']) sim.user('ann').say(text)
  const again = await client.open()
  again.send({ op: 6, d: { token: `QQBot ${token}`, session_id: session, seq: 1 } })
  await clock.settle()
  return again
}

const CASES: readonly (readonly [SocketAction, readonly number[], number | null])[] = [
  [{ kind: 'ignore' }, [2, 4, 5], null],
  [{ kind: 'duplicate' }, [2, 3, 3, 4, 5], null],
  [{ kind: 'reorder' }, [2, 4, 3, 5], null],
  [{ kind: 'drop' }, [2], 1006],
  [{ kind: 'close', code: 4009 }, [2], 4009],
  [{ kind: 'half-open' }, [2], null],
]

it.each(CASES)('SM-02 in the middle of a replay: %j', async (action, seen, code) =>
  onStage(async (stage) => {
    stage.sim.faults.add({ on: 'replay', skip: 1, do: action })
    const socket = await comeBack(stage)
    expect(socket.frames.flatMap(({ s }) => s ?? [])).toEqual(seen)
    expect(socket.ended?.code ?? null).toBe(code)
    expect(stage.sim.log.of('fault').filter(({ change }) => change === 'struck')).toHaveLength(1)
  }),
)

it('SM-02 everything is replayed, without a RESUMED', async () =>
  onStage(async (stage) => {
    stage.sim.faults.add({ on: 'replay', match: { t: 'RESUMED' }, do: { kind: 'ignore' } })
    const socket = await comeBack(stage)
    expect(socket.frames.flatMap(({ t }) => t ?? [])).toEqual(Array(3).fill('C2C_MESSAGE_CREATE'))
    expect(stage.sim.oracle.undelivered()).toEqual([])
  }))

it('SM-02 a broken first Resume loses nothing: the second replays everything', async () =>
  onStage(async (stage) => {
    stage.sim.faults.add({ on: 'replay', do: { kind: 'reset' } })
    const broken = await comeBack(stage)
    expect([broken.frames.length, broken.ended?.code]).toEqual([1, 1006])
    const again = await stage.client.open()
    again.send({ op: 6, d: { token: `QQBot ${stage.token}`, session_id: stage.session, seq: 1 } })
    await again.until(({ t }) => t === 'RESUMED')
    expect(again.frames.filter(({ t }) => t === 'C2C_MESSAGE_CREATE')).toHaveLength(3)
  }))
