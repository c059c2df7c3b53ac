import process from 'node:process'

import { Bot, type MessageContext } from '@qqkit/bot'
import { systemClock } from '@qqkit/core'
import { Gateway } from '@qqkit/gateway'
import { Rest, RestError } from '@qqkit/rest'
import { createMemorySimulator, type MemorySimulator } from '@qqkit/simulator'
import { describe, expect, it } from 'vitest'

import { type Death, MortalPort } from './support/mortal-port.js'
import { ports } from './support/port-of.js'
import { redisOfTests } from './support/redis-of-tests.js'
import { RedisStage } from './support/redis-stage.js'

const LEASE = 500
/** More commands than any of these handlers needs. */
const COMMANDS = 15
/** Each of them before and after with `DEAD_ALL=1`, otherwise in turns. */
const ALL = process.env['DEAD_ALL'] === '1'

type Transport = ReturnType<MemorySimulator['botOptions']>['rest']

/** Requests of a process that may be dead: nothing of it leaves. */
const mortal = ({ dispatcher }: Transport, port: MortalPort): Transport => ({
  dispatcher: Object.create(dispatcher, {
    dispatch: {
      value: (...args: Parameters<typeof dispatcher.dispatch>) => port.isDead || dispatcher.dispatch(...args),
    },
  }) as typeof dispatcher,
})

/** What a handler says in each life, and where. */
interface Play {
  readonly say: (sim: MemorySimulator) => void
  readonly handle: (ctx: MessageContext, life: string) => Promise<void>
  /** The numbers of its messages. */
  readonly indices: string
  /** In how many versions people may see a message at most, and at least. */
  readonly most: (index: string) => number
  readonly least: 0 | 1
}

const unlessMaybeSent = (error: unknown): void => {
  if (!RestError.is(error) || error.code !== 'maybe_sent') throw error
}

async function* words(...all: readonly string[]): AsyncGenerator<string> {
  for (const word of all) yield word
}

const plays: Readonly<Record<string, Play>> = {
  'a private chat': {
    say: (sim) => void sim.user('ann').say('hi'),
    handle: async (ctx, life) => {
      const first = ctx.reply(`${life}1`)
      const second = ctx.stream(words(`${life}2`))
      await Promise.all([first, second, ctx.reply(`${life}3`)])
    },
    indices: '123',
    // A stream that may have been cut is followed by the whole text.
    most: (index) => (index === '2' ? 2 : 1),
    least: 1,
  },
  'a group': {
    say: (sim) => void sim.group('room').user('ann').say('hi'),
    handle: async (ctx, life) => {
      await ctx.reply(`${life}1 ${life.repeat(130)}`)
      await ctx.stream(words(`${life}2`, '.'))
      await ctx.reply(`${life}3`, { kind: 'notice' })
    },
    indices: '123',
    most: () => 1,
    least: 1,
  },
  'a channel': {
    say: (sim) => void sim.guild('g').channel('general').user('ann').say('hi'),
    handle: async (ctx, life) => {
      await ctx.reply(`${life}1`).catch(unlessMaybeSent)
      await ctx.send(`${life}2`).catch(unlessMaybeSent)
    },
    indices: '12',
    most: () => 1,
    // No process may send again what it cannot tell to be a repeat.
    least: 0,
  },
}

describe('RD-42 a process that dies at any command', () => {
  const { server } = redisOfTests()

  let bots = 0

  /** What people see in the end, and whether the first process died at all. */
  const run = async ({ say, handle }: Play, death: Death) => {
    const sim = createMemorySimulator({ clock: systemClock, seed: 1 })
    const { rest: transport, gateway: way, ...credentials } = sim.botOptions()
    const stage = new RedisStage(server)
    // In Redis each play has a bot of its own.
    const appId = `mortal${(bots += 1)}`
    const rest = new Rest({ ...credentials, ...transport })
    const front = stage.process({ appId, lease: LEASE })
    const gateway = new Gateway({
      access: rest.access,
      intents: ['GROUP_AND_C2C_EVENT', 'PUBLIC_GUILD_MESSAGES'],
      ...way,
    })
    const publisher = front.publish(gateway)
    const publishing = publisher.run()
    const errors: unknown[] = []
    let begun = 0
    const work = (life: string, port: MortalPort): Bot => {
      const redis = stage.process({ appId, lease: LEASE, client: port })
      const bot = new Bot({
        ...credentials,
        log: () => {},
        source: redis.source(),
        maxTextLength: 100,
        rest: mortal(transport, port),
      })
      bot.on('message', async (ctx) => {
        begun += 1
        await handle(ctx, life)
      })
      bot.catch((error) => void (life === 'b' && errors.push(error)))
      bot.start().catch(() => {})
      return bot
    }
    // From the moment when the handler begins; the looks of an idle worker would be the most of it.
    const isOfSends = ([name = '']: readonly string[]): boolean => begun > 0 && name.startsWith('EVAL')
    const first = new MortalPort(ports.ioredis(server.socket), death, isOfSends)
    await stage.until(() => gateway.status().state === 'ready', 'the gateway is not ready')
    work('a', first)
    say(sim)
    const queue = stage.queueOf(appId)
    const isOver = async (): Promise<boolean> => {
      const { bodies } = await queue.snapshot()
      return bodies.size === 0
    }
    await stage.until(async () => begun > 0 || (await queue.snapshot()).bodies.size > 0, 'nothing comes')
    await stage.until(async () => first.isDead || (await isOver()), 'neither dead nor done')
    const died = first.isDead
    const next = work(
      'b',
      new MortalPort(ports.ioredis(server.socket), { command: 0, when: 'before' }, () => false),
    )
    await stage.until(isOver, 'the event is not handled')
    const messages = sim.log.of('message').filter(({ direction }) => direction === 'out')
    const seen = [...new Map(messages.map(({ id, content }) => [id, content])).values()]
    const left = await stage.command(['KEYS', `qqkit:{${appId}}:out:*`])
    await next.stop()
    await publisher.close()
    await publishing
    await rest.close()
    await sim.close()
    void stage.dispose()
    return { died, seen, left, errors }
  }

  it.each(Object.keys(plays))(
    'RD-42 in %s: each message is seen once, or owned up to',
    async (name) => {
      const play = plays[name]!
      const deaths = Array.from({ length: COMMANDS }, (_, index) => index + 1).flatMap((command) =>
        (['before', 'after'] as const).flatMap((when, index) =>
          ALL || command % 2 === index ? [{ command, when }] : [],
        ),
      )
      const ends = await Promise.all(deaths.map(async (death) => ({ death, ...(await run(play, death)) })))
      for (const { death, seen, left, errors } of ends) {
        const lives = new Map<string, Set<string>>()
        for (const [life = '', index = ''] of seen.filter((text) => /^[ab]\d/.test(text)))
          lives.set(index, (lives.get(index) ?? new Set()).add(life))
        const counts = Array.from(play.indices).map((index) => lives.get(index)?.size ?? 0)
        const isRight = Array.from(play.indices).every(
          (index, at) => counts[at]! <= play.most(index) && counts[at]! >= play.least,
        )
        expect({ death, seen: new Set(seen).size, isRight, left, errors: errors.map(String) }).toEqual({
          death,
          seen: seen.length,
          isRight: true,
          left: [],
          errors: [],
        })
      }
      expect(ends.some(({ died }) => !died)).toBe(true)
    },
    60_000,
  )
})
