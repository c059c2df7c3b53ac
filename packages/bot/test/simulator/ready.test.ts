import { afterEach, describe, expect, it } from 'vitest'

import { Bot } from '../../src/index.js'
import { memoryBot, type MemoryBot } from '../support/memory-bot.js'

let stage: MemoryBot

afterEach(async () => {
  await stage.close()
})

const ADDRESS = 'http://bot.invalid/qq'

/** Whether a wait is over, and how. */
const watch = (wait: Promise<void>): { state: 'waiting' | 'ready' | 'failed'; error: unknown } => {
  const seen: ReturnType<typeof watch> = { state: 'waiting', error: null }
  wait.then(
    () => (seen.state = 'ready'),
    (error: unknown) => Object.assign(seen, { state: 'failed', error }),
  )
  return seen
}

describe('bot.ready()', () => {
  it('ST-08 resolves after READY, and at once from then on', async () => {
    stage = memoryBot()
    const { bot, sim, settle } = stage
    bot.on('message', () => {})
    void bot.start()
    const seen = watch(bot.ready())
    expect(sim.log.of('session')).toEqual([])
    await settle()
    expect(seen.state).toBe('ready')
    expect(sim.log.of('session')).toMatchObject([{ change: 'created' }])
    await bot.ready({ timeout: 0 })
  })

  it('ST-08 resolves after RESUMED, when the connection was lost', async () => {
    stage = memoryBot()
    const { bot, sim, settle } = stage
    bot.on('message', () => {})
    void bot.start()
    await settle()
    sim.faults.dropConnections()
    await settle(0)
    expect(bot.status().state).toBe('waiting')
    const seen = watch(bot.ready())
    await settle(5_000)
    expect(seen.state).toBe('ready')
    expect(sim.log.of('session').map(({ change }) => change)).toContain('resumed')
  })

  it('ST-08 resolves for a webhook, and for two sources when both receive', async () => {
    stage = memoryBot({ source: ['gateway', 'webhook'] })
    const { bot, sim, settle } = stage
    bot.on('message', () => {})
    sim.listen(ADDRESS, async (request) => bot.webhook.fetch(request))
    sim.faults.add({ on: 'identify', do: { kind: 'delay', ms: 3_000 } })
    void bot.start()
    const seen = watch(bot.ready())
    await settle(2_000)
    expect(seen.state).toBe('waiting')
    await settle(3_000)
    expect(seen.state).toBe('ready')
  })

  it('ST-08 ready() rejects after its timeout with the reason, and the bot continues', async () => {
    stage = memoryBot()
    const { bot, sim, settle } = stage
    bot.on('message', () => {})
    sim.faults.add({ on: 'identify', do: { kind: 'delay', ms: 8_000 } })
    void bot.start()
    const seen = watch(bot.ready({ timeout: 5_000 }))
    await settle(5_000)
    expect(seen.error).toMatchObject({
      code: 'not_ready',
      message: expect.stringMatching(/after 5000 ms: .{10}/) as string,
    })
    const aborted = watch(bot.ready({ signal: AbortSignal.abort('enough') }))
    await settle(5_000)
    expect(aborted.error).toBe('enough')
    expect(bot.status().state).toBe('ready')
  })

  it('ST-08 rejects at once with the error that stopped the bot for good', async () => {
    stage = memoryBot({ secret: 'another-secret-0001' })
    const { bot, clock, settle } = stage
    bot.on('message', () => {})
    const over = watch(bot.start())
    const seen = watch(bot.ready())
    await settle()
    expect(seen).toEqual({ state: 'failed', error: over.error })
    expect(clock.pending).toBe(0)
    const without = new Bot({ appId: '102000001', secret: 'tst-secret-0001', log: false })
    void without.start()
    await expect(without.ready()).rejects.toMatchObject({ code: 'no_handlers' })
  })

  it('ST-08 rejects for a bot that was not started, or is stopped', async () => {
    stage = memoryBot()
    const { bot, settle } = stage
    bot.on('message', () => {})
    await expect(bot.ready()).rejects.toMatchObject({ code: 'not_started' })
    void bot.start()
    const seen = watch(bot.ready())
    void bot.stop()
    await settle()
    expect(seen.error).toMatchObject({
      code: 'not_started',
      message: expect.stringContaining('stopped') as string,
    })
  })
})
