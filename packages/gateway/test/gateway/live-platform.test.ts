import { ManualClock } from '@qqkit/core/testing'
import { combineIntents } from '@qqkit/protocol'
import { createMemorySimulator, liveSwitches, type MemorySimulator } from '@qqkit/simulator'
import { describe, expect, it, onTestFinished } from 'vitest'

import { Gateway, type GatewayOptions } from '../../src/index.js'
import { memoryAccess } from '../support/memory-access.js'

const DAY = 86_400_000
const PERMITTED = combineIntents(['GROUP_AND_C2C_EVENT'])

interface Stage {
  readonly clock: ManualClock
  readonly sim: MemorySimulator
  readonly gateway: Gateway
  readonly told: string[]
  /** What was heard, as text. */
  readonly heard: string[]
  /** How the run ended; `undefined` while it runs. */
  outcome: unknown
}

/** A gateway on a platform in memory, whose bot may have the events of groups and private chats and no others. */
const staged = (
  live: NonNullable<Parameters<typeof createMemorySimulator>[0]>['live'] & {},
  options: Partial<GatewayOptions> = {},
): Stage => {
  const clock = new ManualClock()
  const sim = createMemorySimulator({ clock, seed: 1, live, bot: { intents: PERMITTED } })
  const stage: Stage = { clock, sim, told: [], heard: [], outcome: undefined, gateway: undefined as never }
  const gateway = new Gateway({
    access: memoryAccess(sim),
    transport: sim.transport,
    intents: ['GROUP_AND_C2C_EVENT'],
    clock,
    random: () => 0.5,
    log: ({ event, message = '' }) => void stage.told.push(`${event}: ${message}`),
    ...options,
  })
  gateway.on('C2C_MESSAGE_CREATE', ({ d }) => void stage.heard.push(String(d.content)))
  gateway.run().then(
    () => (stage.outcome = 'closed'),
    (error: unknown) => (stage.outcome = error),
  )
  onTestFinished(async () => {
    const closed = gateway.close()
    await clock.advance(20_000)
    await closed
    await sim.close()
  })
  return Object.assign(stage, { gateway })
}

const identifies = ({ gateway }: Stage): number => gateway.status().shards[0]?.counters.identifies ?? 0

describe.each(liveSwitches.refusedIntents.values.filter((value) => value !== 'close_4014'))(
  'intents refused by %s',
  (refusedIntents) => {
    const asked = ['GROUP_AND_C2C_EVENT', 'INTERACTION', 'GUILD_MESSAGES'] as const

    it('GW-31 names them, waits longer and longer, and is there once the permission is', async () => {
      const stage = staged({ refusedIntents }, { intents: asked })
      const { clock, sim, gateway, told, heard } = stage
      await clock.advance(30_000)
      expect(gateway.status()).toMatchObject({
        reason: expect.stringContaining('probably for the intents GUILD_MESSAGES, INTERACTION') as string,
        advice: { zh: expect.stringContaining('GUILD_MESSAGES, INTERACTION') as string },
      })
      expect(told.join('\n')).toContain('probably for the intents GUILD_MESSAGES, INTERACTION')
      await clock.advance(DAY)
      expect(identifies(stage)).toBeLessThan(300)
      expect(stage.outcome).toBeUndefined()
      sim.changeBot({ intents: combineIntents(asked) })
      for (let waited = 0; waited < DAY && gateway.status().state !== 'ready'; waited += 60_000)
        await clock.advance(60_000)
      expect(gateway.status()).toMatchObject({ state: 'ready', advice: null })
      sim.user('ann').say('hi')
      await clock.settle()
      expect(heard).toEqual(['hi'])
    })

    it('GW-31 by option continues without them, and reports it', async () => {
      const stage = staged({ refusedIntents }, { intents: asked, onRefusedIntents: 'leave-out' })
      const { clock, sim, gateway, told, heard } = stage
      await clock.advance(120_000)
      expect(gateway.status()).toMatchObject({
        state: 'ready',
        reason: 'receiving events, except those of GUILD_MESSAGES, INTERACTION',
      })
      expect(identifies(stage)).toBe(3)
      expect(told.filter((line) => line.startsWith('gateway.intents_left_out'))).toHaveLength(1)
      sim.user('ann').say('hi')
      await clock.settle()
      expect(heard).toEqual(['hi'])
      expect(stage.outcome).toBeUndefined()
    })

    it('GW-31 a session that is forgotten lowers nothing: the same intents again', async () => {
      const stage = staged({ refusedIntents }, { onRefusedIntents: 'leave-out' })
      const { clock, sim, gateway, told } = stage
      await clock.advance(1000)
      for (let times = 0; times < 3; times += 1) {
        sim.faults.dropConnections()
        sim.faults.forgetSessions()
        await clock.advance(90_000)
        expect(gateway.status()).toMatchObject({ state: 'ready', reason: 'receiving events' })
      }
      expect(told.join('\n')).not.toContain('intents')
    })
  },
)

it('GW-31 intents refused by close_4014 end the run, with or without the option', async () => {
  for (const onRefusedIntents of ['keep', 'leave-out'] as const) {
    const intents = ['GROUP_AND_C2C_EVENT', 'GUILD_MESSAGES'] as const
    const stage = staged({ refusedIntents: 'close_4014' }, { intents, onRefusedIntents })
    await stage.clock.advance(10_000)
    expect(stage.outcome).toMatchObject({ code: 'gateway_closed', closeCode: 4014 })
    expect(stage.gateway.status().state).toBe('stopped')
  }
})

it.each(liveSwitches.heartbeatAckFromBot.values)(
  'GW-24 a heartbeat of the server is answered at once, op 11 from a bot or not (%s)',
  async (heartbeatAckFromBot) => {
    const { clock, sim, gateway, heard } = staged({ heartbeatAckFromBot })
    await clock.advance(1000)
    for (let times = 0; times < 3; times += 1) {
      sim.user('ann').say(String(times))
      expect(sim.heartbeat()).toBe(1)
      await clock.advance(10_000)
    }
    const answers = sim.log.of('heartbeat')
    expect(answers.map(({ change, ms }) => `${change} ${ms}`)).toEqual(
      Array.from({ length: 3 }, () => ['asked 0', 'answered 0']).flat(),
    )
    expect(heard).toEqual(['0', '1', '2'])
    expect(gateway.status()).toMatchObject({
      state: 'ready',
      shards: [{ counters: { connects: 1, identifies: 1, disconnects: {} } }],
    })
  },
)
