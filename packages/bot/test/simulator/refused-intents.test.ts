import { afterEach, describe, expect, it } from 'vitest'

import type { BotOptions } from '../../src/index.js'
import { memoryBot, type MemoryBot } from '../fixtures/memory-bot.js'

let stage: MemoryBot | null = null
afterEach(async () => {
  await stage?.close()
  stage = null
})

/** A bot that asks for more than it may have, on a platform that answers op 9 for ever (§3.11). */
const refused = (options: Partial<BotOptions> = {}): MemoryBot => {
  stage = memoryBot({ permissions: ['GUILD_MESSAGES', 'GROUP_MEMBER_EVENT'], ...options })
  stage.sim.faults.add({ on: 'identify', do: { kind: 'invalid', d: false }, times: 'forever' })
  stage.bot.on('message', () => {})
  stage.bot.on('GROUP_MEMBER_ADD', () => {})
  return stage
}

const NAMED = 'GUILD_MESSAGES, GROUP_MEMBER_EVENT, MESSAGE_AUDIT'

describe('Identify is refused without a reason', () => {
  it('GW-31 the status and the log name the suspicious intents, with advice in both languages', async () => {
    const { bot, records, settle } = refused()
    void bot.start()
    await settle(60_000)
    const { state, reason, advice } = bot.status()
    expect(state).toBe('waiting')
    expect(reason).toContain(`probably for the intents ${NAMED}`)
    expect(advice?.en).toContain(NAMED)
    expect(advice?.zh).toContain(NAMED)
    expect(records).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        event: 'gateway.lost',
        error: expect.objectContaining({ code: 'gateway_identify_refused', advice }) as unknown,
      }),
    )
  })

  it('GW-31 by option of the gateway it goes on without them, and says so for as long as it runs', async () => {
    const { bot, sim, records, settle } = refused({ gateway: { onRefusedIntents: 'leave-out' } })
    const told = (): number => records.filter(({ event }) => event === 'gateway.intents_left_out').length
    void bot.start()
    for (let seconds = 0; seconds < 60 && told() === 0; seconds += 1) await settle(1000)
    sim.faults.clear()
    await settle(60_000)
    expect(bot.status()).toMatchObject({
      state: 'ready',
      reason: `receiving events, without those of ${NAMED}`,
      advice: { zh: expect.stringContaining(NAMED) as string },
    })
    expect(told()).toBe(1)
  })

  it('GW-31 a bot that gives up says for which intents', async () => {
    const { bot, settle } = refused({ gateway: { policy: { maxAttempts: 2 } } })
    let reason: unknown
    bot.start().catch((error: unknown) => (reason = error))
    await settle(600_000)
    expect(reason).toMatchObject({
      code: 'intents_refused',
      message: expect.stringContaining('GUILD_MESSAGES (needs a permission), GROUP_MEMBER_EVENT') as string,
    })
    expect(bot.status()).toMatchObject({
      state: 'stopped',
      advice: { en: expect.stringContaining('permissions') as string },
    })
  })
})
