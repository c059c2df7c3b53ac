import { Bot, type BotOptions, button, keyboard, markdown } from '@qqkit/bot'
import { dialogue } from '@qqkit/bot/asking'
import { control } from '@qqkit/bot/control'
import { systemClock } from '@qqkit/core'
import { Gateway } from '@qqkit/gateway'
import { Rest } from '@qqkit/rest'
import { createMemorySimulator } from '@qqkit/simulator'
import { describe, expect, it } from 'vitest'

import type { QqkitRedis } from '../src/qqkit-redis.js'
import { redisOfTests } from './support/redis-of-tests.js'
import { RedisStage } from './support/redis-stage.js'

const LEASE = 900

const { server } = redisOfTests()

/** A gateway of a bot and its workers. */
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
  const hire = (
    setUp: (bot: Bot, redis: QqkitRedis) => void,
    options: Pick<BotOptions, 'interactionAck'> = {},
  ) => {
    const redis = process()
    const bot = new Bot({
      ...connection,
      log: () => {},
      source: redis.source(),
      rest: { ...transport, limiter: redis.limiter() },
      ...options,
    })
    setUp(bot, redis)
    bot.start().catch(() => {})
    workers.push(bot)
    return { bot, redis }
  }
  /** A worker; `run` handles its messages. */
  const work = (run: (text: string) => Promise<string>) =>
    hire((bot) => void bot.on('message', async (ctx) => ctx.reply(await run(ctx.text))))
  const said = (): readonly string[] =>
    sim.log
      .of('message')
      .filter(({ direction, change }) => direction === 'out' && change === 'sent')
      .map(({ content }) => content)
  const isIdle = async (): Promise<boolean> => {
    const { events, clicks } = await front.status()
    return [events, clicks].every((lane) => lane.events === 0)
  }
  const close = async (): Promise<void> => {
    await Promise.all(workers.map(async (bot) => bot.stop()))
    await publisher.close()
    await publishing
    await rest.close()
    await sim.close()
    await stage.dispose()
  }
  await stage.until(() => gateway.status().state === 'ready', 'the gateway is not ready')
  return { sim, stage, hire, work, said, isIdle, close }
}

describe('RD-19 a bot in several processes', () => {
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

describe('RD-39 /stop and clicks in several processes', () => {
  it('RD-39 ends the handler of a click in another worker, and leaves out the click behind it', async () => {
    const { sim, stage, hire, said, isIdle, close } = await open()
    const begun: string[] = []
    const setUp = (bot: Bot): void => {
      bot.use(control())
      bot.command('menu', async (ctx) =>
        ctx.reply({ ...markdown('Which?'), ...keyboard([[button.callback('work', 'work')]]) }),
      )
      bot.on('interaction', async (ctx) => {
        begun.push(`begun ${begun.length}`)
        await new Promise((resolve) => ctx.signal.addEventListener('abort', resolve))
        begun.push(String((ctx.signal.reason as { readonly code?: unknown }).code))
      })
    }
    const first = hire(setUp)
    const ann = sim.user('ann')
    ann.say('/menu')
    await stage.until(() => said().length === 1, 'no buttons')
    const pressed = ann.press('work')
    await stage.until(() => begun.length === 1, 'the click is not handled')
    const behind = ann.press('work')
    await stage.until(async () => (await first.redis.status()).clicks.events === 2, 'not published')
    const stopping = first.bot.stop()
    hire(setUp)
    ann.say('/stop')
    await stage.until(isIdle, 'the conversation is stuck')
    expect([said(), begun]).toEqual([
      ['Which?', '已停止，排队中的 1 条消息也已取消。'],
      ['begun 0', 'stopped_by_person'],
    ])
    for (const one of [pressed, behind]) expect((await sim.outcomeOf(one)).code).toBe(0)
    await stopping
    await close()
  })

  it.each(['intake', 'handler'] as const)(
    'RD-35 acknowledges a click behind another one in time, once, by interactionAck: %j',
    async (interactionAck) => {
      const { sim, stage, hire, said, isIdle, close } = await open()
      const runs: (() => void)[] = []
      const setUp = (bot: Bot): void => {
        bot.command('menu', async (ctx) =>
          ctx.reply({ ...markdown('Which?'), ...keyboard([[button.callback('work', 'work')]]) }),
        )
        bot.on('interaction', async (ctx) => {
          await new Promise<void>((resolve) => void runs.push(resolve))
          await ctx.ack(0)
        })
      }
      const { redis } = hire(setUp, { interactionAck })
      hire(setUp, { interactionAck })
      const ann = sim.user('ann')
      ann.say('/menu')
      await stage.until(() => said().length === 1, 'no buttons')
      const pressed = [ann.press('work'), ann.press('work')]
      await stage.until(async () => (await redis.status()).clicks.events === 2, 'not published')
      const acknowledged = (): number => sim.log.of('interaction').filter(({ code }) => code === 0).length
      if (interactionAck === 'intake') await stage.until(() => acknowledged() === 2, 'not acknowledged')
      await stage.until(() => runs.length === 1, 'nobody begins')
      expect(acknowledged()).toBe(interactionAck === 'intake' ? 2 : 0)
      runs[0]?.()
      await stage.until(() => runs.length === 2, 'the second click is not handled')
      runs[1]?.()
      await stage.until(isIdle, 'the conversation is stuck')
      await stage.until(() => acknowledged() === 2, 'not acknowledged')
      const calls = sim.log.of('call').map(({ path }) => path)
      for (const { id } of pressed) expect(calls.filter((path) => path.includes(id))).toHaveLength(1)
      await close()
    },
  )

  it('RD-39 ends a dialogue whose buttons are open, whichever worker gets the click, before it and after it', async () => {
    const { sim, stage, hire, said, isIdle, close } = await open()
    for (let worker = 0; worker < 2; worker += 1)
      hire((bot, redis) => {
        const booking = dialogue('booking', { store: redis.states() })
          .choose('city', 'Which city?', { bj: 'Beijing', sh: 'Shanghai' })
          .ask('nights', 'How many nights?')
          .end(async (ctx) => ctx.reply('booked'))
        bot.use(control()).use(booking)
        bot.command('book', async (ctx) => booking.begin(ctx))
        bot.on('message', async (ctx) => ctx.reply(`chat: ${ctx.text}`))
      })
    for (let turn = 0; turn < 12; turn += 1) {
      const person = sim.user(`person ${turn}`)
      const before = said().length
      person.say('/book')
      await stage.until(() => said().length === before + 1, 'no question')
      if (turn % 3 === 0) person.say('/stop')
      if (turn % 3 === 1) await stage.until(isIdle, 'the question is not over')
      const pressed = person.press('Beijing')
      if (turn % 3 !== 0) person.say('/stop')
      const stops = (): number => said().filter((text) => text === '已停止。').length
      await stage.until(() => stops() === turn + 1, 'it is not stopped')
      expect((await sim.outcomeOf(pressed)).code).toBe(0)
      await stage.until(isIdle, 'the conversation is stuck')
      person.say(`hello ${turn}`)
      await stage.until(isIdle, 'the conversation is stuck')
      await stage.until(() => said().at(-1) === `chat: hello ${turn}`, 'the dialogue is open')
    }
    await close()
  })
})
