import { Bot } from '@qqkit/bot'
import { systemClock } from '@qqkit/core'
import { Gateway } from '@qqkit/gateway'
import { Rest } from '@qqkit/rest'
import { createMemorySimulator } from '@qqkit/simulator'
import { describe, expect, it } from 'vitest'

import { redisOfTests } from './support/redis-of-tests.js'
import { RedisStage } from './support/redis-stage.js'

const LEASE = 900

describe('RD-19 a bot in several processes', () => {
  const { server } = redisOfTests()

  const open = async () => {
    const sim = createMemorySimulator({ clock: systemClock, seed: 1 })
    const connection = sim.botOptions()
    const stage = new RedisStage(server)
    // Every platform calls its bot the same.
    await stage.command(['FLUSHALL'])
    const process = () => stage.process({ appId: connection.appId, lease: LEASE })
    const { rest: transport, gateway: way, ...credentials } = connection
    const rest = new Rest({ ...credentials, ...transport })
    const front = process()
    const gateway = new Gateway({
      access: rest.access,
      intents: ['GROUP_AND_C2C_EVENT', 'INTERACTION'],
      appId: connection.appId,
      ...way,
      store: front.sessions(),
      permits: front.permits(),
    })
    const publisher = front.publish(gateway)
    const publishing = publisher.run()
    const workers: Bot[] = []
    /** A worker; `run` handles its messages. */
    const work = (run: (text: string) => Promise<string>) => {
      const redis = process()
      const bot = new Bot({
        ...connection,
        log: () => {},
        source: redis.source(),
        rest: { ...transport, limiter: redis.limiter() },
      })
      bot.on('message', async (ctx) => ctx.reply(await run(ctx.text)))
      bot.start().catch(() => {})
      workers.push(bot)
      return { bot, redis }
    }
    const said = (): readonly string[] =>
      sim.log
        .of('message')
        .filter(({ direction, change }) => direction === 'out' && change === 'sent')
        .map(({ content }) => content)
    const close = async (): Promise<void> => {
      await Promise.all(workers.map(async (bot) => bot.stop()))
      await publisher.close()
      await publishing
      await rest.close()
      await sim.close()
      await stage.dispose()
    }
    await stage.until(() => gateway.status().state === 'ready', 'the gateway is not ready')
    return { sim, stage, work, said, close, bot: connection }
  }

  it('RD-19 answers every message once, in order', async () => {
    const { sim, stage, work, said, close } = await open()
    for (let worker = 0; worker < 2; worker += 1) work(async (text) => `re: ${text}`)
    for (let turn = 0; turn < 5; turn += 1)
      for (const who of ['ann', 'bob', 'cid']) sim.user(who).say(`${who} ${turn}`)
    await stage.until(() => said().length >= 15, 'not all are answered')
    for (const who of ['ann', 'bob', 'cid'])
      expect(said().filter((text) => text.includes(who))).toEqual(
        [0, 1, 2, 3, 4].map((turn) => `re: ${who} ${turn}`),
      )
    await close()
  })

  it('RD-19 answers once when a worker dies with a message', async () => {
    const { sim, stage, work, said, close } = await open()
    let begun = 0
    let end: () => void = () => {}
    const first = work(async () => {
      begun += 1
      await new Promise<void>((resolve) => {
        end = resolve
      })
      return 'from the dead'
    })
    sim.user('ann').say('hello')
    await stage.until(() => begun === 1, 'nobody begins')
    // As a process that is cut off: it lives on, and nothing of it reaches the server.
    await first.redis.close()
    work(async (text) => `re: ${text}`)
    await stage.until(() => said().length > 0, 'nobody answers')
    end()
    for (let turn = 0; turn < 50; turn += 1) await stage.pass()
    expect(said()).toEqual(['re: hello'])
    await close()
  })

  it('RD-19 answers during a deployment, one worker after the other', async () => {
    const { sim, stage, work, said, close } = await open()
    let worker = work(async (text) => `re: ${text}`)
    for (let turn = 0; turn < 4; turn += 1) {
      sim.user('ann').say(`ann ${turn}`)
      const next = work(async (text) => `re: ${text}`)
      await worker.bot.stop()
      sim.user('ann').say(`again ${turn}`)
      worker = next
    }
    await stage.until(() => said().length >= 8, 'not all are answered')
    expect(said()).toEqual([0, 1, 2, 3].flatMap((turn) => [`re: ann ${turn}`, `re: again ${turn}`]))
    await close()
  })
})
