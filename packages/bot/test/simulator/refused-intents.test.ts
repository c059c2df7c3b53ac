import { combineIntents } from '@qqkit/protocol'
import { liveSwitches, type LiveSettings } from '@qqkit/simulator'
import { afterEach, describe, expect, it } from 'vitest'

import type { BotOptions } from '../../src/index.js'
import { memoryBot, type MemoryBot } from '../support/memory-bot.js'

let stage: MemoryBot | null = null
afterEach(async () => {
  await stage?.close()
  stage = null
})

/** What the bot of the platform may have: the events that every bot is known to get. */
const PERMITTED = combineIntents(['GROUP_AND_C2C_EVENT', 'PUBLIC_GUILD_MESSAGES', 'DIRECT_MESSAGE'])

/** A bot that asks for more than it may have (§3.11). */
const refused = (
  refusedIntents: LiveSettings['refusedIntents'],
  options: Partial<BotOptions> = {},
): MemoryBot => {
  stage = memoryBot(
    { permissions: ['GUILD_MESSAGES', 'GROUP_MEMBER_EVENT'], ...options },
    { bot: { intents: PERMITTED }, live: { refusedIntents } },
  )
  stage.bot.on('message', () => {})
  stage.bot.on('GROUP_MEMBER_ADD', () => {})
  return stage
}

const NAMED = 'GUILD_MESSAGES, GROUP_MEMBER_EVENT, MESSAGE_AUDIT'

const wordless = liveSwitches.refusedIntents.values.filter((value) => value !== 'close_4014')

describe.each(wordless)('Identify is refused without a reason (%s)', (refusedIntents) => {
  it('GW-31 the status and the log name the suspicious intents, with advice in both languages', async () => {
    const { bot, records, settle } = refused(refusedIntents)
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
        event: 'gateway.disconnected',
        error: expect.objectContaining({ code: 'gateway_identify_refused', advice }) as unknown,
      }),
    )
  })

  it('GW-31 with onRefusedIntents a bot runs without the refused intents, and its status names them', async () => {
    const { bot, records, settle } = refused(refusedIntents, { gateway: { onRefusedIntents: 'leave-out' } })
    const told = (): number => records.filter(({ event }) => event === 'gateway.intents_left_out').length
    void bot.start()
    await settle(120_000)
    expect(bot.status()).toMatchObject({
      state: 'ready',
      reason: `receiving events, except those of ${NAMED}`,
      advice: { zh: expect.stringContaining(NAMED) as string },
    })
    expect(told()).toBe(1)
  })

  it('GW-31 a bot that gives up says for which intents', async () => {
    const { bot, settle } = refused(refusedIntents, { gateway: { policy: { maxAttempts: 2 } } })
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

it('GW-31 BT-10 4014 ends the bot with the names of its intents, the most suspicious first', async () => {
  const { bot, settle } = refused('close_4014', { gateway: { onRefusedIntents: 'leave-out' } })
  let reason: unknown
  bot.start().catch((error: unknown) => (reason = error))
  await settle(60_000)
  expect(reason).toMatchObject({
    code: 'intents_refused',
    message: expect.stringContaining(
      'GUILD_MESSAGES (needs a permission), GROUP_MEMBER_EVENT (needs a permission), MESSAGE_AUDIT',
    ) as string,
  })
  expect(bot.status().advice?.zh).toContain('permissions')
})
