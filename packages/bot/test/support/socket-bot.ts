import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

import { type Clock, systemClock } from '@qqkit/core'
import { type LogEntry, type SocketSimulator, startSimulator } from '@qqkit/simulator'

import { Bot, type BotOptions, nodeHandler } from '../../src/index.js'

type Entry<K extends LogEntry['kind']> = Extract<LogEntry, { readonly kind: K }>

/** How the platform's events reach a bot. */
export type Transport = 'gateway' | 'webhook'

/** A bot and a platform that talk over real sockets. */
export interface SocketBot {
  readonly sim: SocketSimulator
  readonly bot: Bot
  /** Resolves with the first entry of the platform's log to come that fits. */
  readonly next: <K extends LogEntry['kind']>(
    kind: K,
    fits?: (entry: Entry<K>) => boolean,
  ) => Promise<Entry<K>>
  /** Resolves with what the bot says next. */
  readonly answer: () => Promise<Entry<'message'>>
  readonly close: () => Promise<void>
}

const serve = async (bot: Bot): Promise<{ readonly url: string; readonly close: () => Promise<void> }> => {
  const server = createServer(nodeHandler(bot.webhook) as RequestListener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return { url: `http://127.0.0.1:${port}/qq`, close }
}

/** A minute old: what is pushed in the second in which a webhook starts may belong to an earlier process. */
const bornEarlier = <T>(make: (clock: Clock) => T): T => {
  let age = 60_000
  const made = make({ ...systemClock, wall: () => systemClock.wall() - age })
  age = 0
  return made
}

/** Starts both; resolves when the bot hears what people say. */
export const startSocketBot = async (
  source: Transport,
  register: (bot: Bot) => void,
  options: Partial<BotOptions> = {},
): Promise<SocketBot> => {
  const sim = await startSimulator({ page: false })
  const bot = bornEarlier((clock) => new Bot({ ...sim.botOptions(), source, log: false, clock, ...options }))
  register(bot)
  const next: SocketBot['next'] = async (kind, fits = () => true) =>
    new Promise((resolve) => {
      const unsubscribe = sim.subscribe((entry) => {
        if (entry.kind !== kind || !fits(entry as never)) return
        unsubscribe()
        resolve(entry as never)
      })
    })
  const ready = next(source === 'gateway' ? 'session' : 'push')
  const running = bot.start()
  const server = source === 'webhook' ? await serve(bot) : null
  if (server) {
    sim.changeBot({ webhook: server.url })
    sim.validateWebhook()
  }
  await ready
  return {
    sim,
    bot,
    next,
    answer: async () => next('message', ({ direction }) => direction === 'out'),
    close: async () => {
      await bot.stop()
      await running
      await sim.close()
      await server?.close()
    },
  }
}
