import { expect } from 'vitest'

import type { CallEntry, LogEntry } from '../../../src/index.js'
import type { FaultStage } from '../fault-stage.js'
import type { WireAnswer } from '../wire-client.js'
import type { Play } from './play.js'

const isStruckCall = (entry: LogEntry): entry is CallEntry => entry.kind === 'call' && entry.fault !== null

/** The path of messages and files to ann. */
export const pathTo = ({ sim }: FaultStage): string => `/v2/users/${sim.user('ann').id}`

/** Sends ann a message. */
export const send = async (stage: FaultStage, body: object = {}): Promise<WireAnswer> =>
  stage.post(`${pathTo(stage)}/messages`, { content: 'hi', ...body })

/** Number of executed sends to a user. */
export const executed = ({ sim }: FaultStage): number => sim.oracle.executed('c2c.send')

/** The first answer is the fault's; the second is the platform's own. */
export const answered =
  (ask: (stage: FaultStage) => Promise<WireAnswer>, expected: object, own: object = { status: 200 }): Play =>
  async (stage) => {
    expect(await ask(stage)).toMatchObject(expected)
    expect(await ask(stage)).toMatchObject(own)
  }

/** Aborts a call as soon as its fault has struck; it gets no whole answer. */
export const abortOnStrike = async (
  stage: FaultStage,
  ask: (signal: AbortSignal) => Promise<WireAnswer>,
): Promise<void> => {
  const { signal, abort } = withAbort()
  const struck = stage.strike()
  const outcome = ask(signal).then(
    ({ status }) => status,
    () => 'broken',
  )
  await struck
  abort()
  expect(await outcome).toBe('broken')
}

const withAbort = (): { readonly signal: AbortSignal; readonly abort: () => void } => {
  const controller = new AbortController()
  return { signal: controller.signal, abort: () => controller.abort() }
}

/** Expects no whole answer, and `times` executed sends. */
export const broken =
  (ask: (stage: FaultStage, signal: AbortSignal) => Promise<WireAnswer>, times = 0): Play =>
  async (stage) => {
    const over = stage.sim.log.next(isStruckCall)
    await abortOnStrike(stage, async (signal) => ask(stage, signal))
    expect((await over).status).toBe(0)
    expect(executed(stage)).toBe(times)
  }

/** Sends ann a message that can be aborted. */
export const sendWith = async (stage: FaultStage, signal: AbortSignal): Promise<WireAnswer> =>
  stage.post(`${pathTo(stage)}/messages`, { content: 'hi' }, signal)
/** Replies to a message of ann. */
export const reply = async (stage: FaultStage): Promise<WireAnswer> =>
  send(stage, { msg_id: stage.sim.user('ann').say('hi').id })

/** The answer to an accepted send. */
export const SENT: object = { status: 200, json: { id: expect.stringMatching(/^ROBOT1\.0_/) as string } }
