import { expect } from 'vitest'

import { send, SENT } from '../fault-plays/calls.js'
import type { FaultStage } from '../fault-stage.js'
import type { WireAnswer } from '../wire-client.js'
import type { Positions, Story } from './position.js'

/** Replies to one message of ann: as many as C2C allows, and one more. */
const fiveReplies = async (stage: FaultStage): Promise<WireAnswer> => {
  const { id } = stage.sim.user('ann').say('hi')
  for (const seq of [1, 2, 3, 4]) expect(await send(stage, { msg_id: id, msg_seq: seq })).toMatchObject(SENT)
  const last = await send(stage, { msg_id: id, msg_seq: 5 })
  // A repeat of a sent reply is a duplicate (§6.2), independent of the limit.
  expect((await send(stage, { msg_id: id, msg_seq: 4 })).json).toMatchObject({ code: 40054005 })
  return last
}

const typing = { msg_type: 6, content: null, input_notify: { input_type: 1, input_second: 10 } }

/** Four typing notices, and then a reply. */
const typed = async (stage: FaultStage): Promise<WireAnswer> => {
  const { id } = stage.sim.user('ann').say('hi')
  for (const seq of [1, 2, 3, 4])
    expect((await send(stage, { ...typing, msg_id: id, msg_seq: seq })).status).toBe(200)
  return send(stage, { msg_id: id, msg_seq: 5 })
}

const both = { msg_type: 2, content: 'plain', markdown: { content: '# rich' } }

const limited =
  (expected: object): Story =>
  async (stage) =>
    expect(await fiveReplies(stage)).toMatchObject(expected)

/** Replies and content (§5.2, §6.1). */
export const messagePositions: Positions = {
  replyLimit: {
    code_22009: limited({ status: 400, json: { code: 22009, message: 'msg limit exceed' } }),
    code_40034128: limited({ status: 400, json: { code: 40034128 } }),
    status_500: async (stage) => {
      const answer = await fiveReplies(stage)
      expect(answer).toMatchObject({ status: 500, json: { message: 'reply msg exceed limit' } })
      expect(Object.keys(answer.json ?? {})).toEqual(['message', 'trace_id'])
      stage.sim.live.set('refusalStatus', '400')
      expect(await fiveReplies(stage)).toMatchObject({ status: 400 })
    },
    off: limited(SENT),
  },
  typingCounts: {
    yes: async (stage) => expect((await typed(stage)).json).toMatchObject({ code: 22009 }),
    no: async (stage) => {
      expect(await typed(stage)).toMatchObject(SENT)
      // Its `msg_seq` is still used.
      const { id } = stage.sim.user('ann').say('hi')
      expect((await send(stage, { ...typing, msg_id: id })).status).toBe(200)
      expect((await send(stage, { msg_id: id })).json).toMatchObject({ code: 40054005 })
    },
  },
  contentBesideMarkdown: {
    ignore: async (stage) => {
      expect(await send(stage, both)).toMatchObject(SENT)
      expect(stage.sim.log.of('message').at(-1)?.content).toBe('# rich')
    },
    refuse: async (stage) => {
      expect(await send(stage, both)).toMatchObject({ status: 400, json: { code: 22006 } })
      expect(await send(stage, { ...both, content: null })).toMatchObject(SENT)
      expect(await send(stage, { ...both, content: '' })).toMatchObject(SENT)
    },
  },
}
