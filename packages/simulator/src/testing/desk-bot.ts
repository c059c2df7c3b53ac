import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { getRequestListener } from '@hono/node-server'
import type { LogRecord } from '@qqkit/core'

import type { MemoryBotConnection, MemorySimulator } from '../memory/create-memory-simulator.js'
import type { BotConnection, BotCredentials, Simulator } from '../simulator.js'
import { isBot } from './check.js'
import { DeskError } from './desk-error.js'
import { loosen } from './hold.js'
import { report } from './report.js'
import { settled, until } from './waiting.js'

type Fetch = (request: Request) => Response | Promise<Response>

/** A bot of a desk: a `Bot` of `@qqkit/bot`, or anything that starts and stops. */
export interface DeskBot {
  start(): unknown
  stop(): unknown
  /** Resolves when it receives events. Without it the desk waits for a session. */
  ready?(): Promise<void>
  status?(): { readonly running: number; readonly waiting: number }
  /** Receives pushes; reading it may throw when the bot has none. */
  readonly webhook?: { readonly fetch: Fetch }
}

/** The options with which a bot connects to a desk; `new Bot()` of `@qqkit/bot` takes them as they are. */
export interface DeskBotOptions
  extends BotConnection, Partial<Pick<MemoryBotConnection, 'clock' | 'rest' | 'gateway'>> {
  /** ms that the bot waits for its handlers when the desk closes. */
  readonly stopTimeout: number
  /** Keeps what the bot logs for reports. */
  readonly log: (record: LogRecord) => void
}

/** The webhook of a bot that has one. */
const webhookOf = (bot: DeskBot): Fetch | null => {
  try {
    const { webhook } = bot
    return webhook ? async (request) => webhook.fetch(request) : null
  } catch {
    // A bot of the gateway says what to do instead of returning nothing.
    return null
  }
}

/** The webhook of a bot in memory; its host never resolves. */
const memoryAddress = (appId: string): string => `http://bot.invalid/${appId}`

const isMemory = (sim: Simulator): sim is MemorySimulator => 'listen' in sim

/** Serves the webhook of a bot. Returns its address. */
const serve = async (
  sim: Simulator,
  appId: string,
  take: Fetch,
): Promise<{ readonly url: string; readonly close: () => void }> => {
  if (isMemory(sim)) {
    const url = memoryAddress(appId)
    sim.listen(url, take)
    return { url, close: () => sim.listen(url, null) }
  }
  const listener = getRequestListener(take, { overrideGlobalObjects: false })
  const server = createServer((message, response) => void listener(message, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  server.unref()
  const { port } = server.address() as AddressInfo
  const tighten = loosen(port)
  return {
    url: `http://127.0.0.1:${port}/webhook`,
    close: () => {
      server.closeAllConnections()
      server.close(tighten)
    },
  }
}

/**
 * Calls the function that creates the bot.
 *
 * @throws TypeError when it returns none; DeskError when it does not end
 */
export const makeBot = async (
  sim: Simulator,
  make: () => Promise<unknown>,
  timeout: number,
): Promise<DeskBot> => {
  const outcome = await settled(sim, timeout, make())
  if (outcome === null)
    throw new DeskError('not_connected', `the function that creates the bot did not end within ${timeout} ms`)
  if (outcome.status === 'rejected') throw outcome.reason
  const { value: made } = outcome
  if (isBot(made)) return made as DeskBot
  const came =
    made === undefined
      ? 'undefined: is its `return` missing?'
      : `${made === null ? 'null' : `an ${typeof made}`} without start() and stop()`
  throw new TypeError(`the function given to startDesk() has to return the bot; it returned ${came}`)
}

/** A running bot. */
export interface RunningBot {
  readonly bot: DeskBot
  /** Ends the bot, at most in some ms. */
  readonly stop: (ms: number) => Promise<void>
}

/** Whether a bot has got a session since an entry of the log. */
const isConnected = (sim: Simulator, appId: string, since: number): true | undefined =>
  sim.log
    .of('session')
    .some(
      ({ n, bot, change }) => n > since && bot === appId && (change === 'created' || change === 'resumed'),
    ) || undefined

/** ms in which the platform lets a bot open `maxConcurrency` sessions. */
const PACE = 5_000

/** Why a bot may have to wait for a session: it has just had one. */
const paceOf = (sim: Simulator, appId: string, since: number): string => {
  const began = sim.log.entries().find(({ n }) => n >= since)?.at ?? 0
  const last = sim.log
    .of('session')
    .findLast(({ n, bot, change }) => n <= since && bot === appId && change === 'created')
  return last && began - last.at < PACE
    ? '; it had a session before, and the platform opens one in 5 s: startSimulator({ sessionStarts: { maxConcurrency: 10 } })'
    : ''
}

/**
 * Starts a bot and waits until it receives events.
 *
 * @throws DeskError when it does not connect in time; the error that ends its start
 */
export const runBot = async (
  sim: Simulator,
  bot: DeskBot,
  { appId }: Pick<BotCredentials, 'appId'>,
  timeout: number,
  recorded: () => readonly LogRecord[] = () => [],
): Promise<RunningBot> => {
  const late = (): DeskError =>
    new DeskError(
      'not_connected',
      report({
        failure: `the bot did not connect within ${timeout} ms${paceOf(sim, appId, since)}`,
        place: null,
        log: sim.log.entries(),
        since,
        records: recorded(),
      }),
    )
  const take = webhookOf(bot)
  const server = take && (await serve(sim, appId, take))
  if (server) sim.changeBot({ webhook: server.url }, appId)
  const since = sim.log.entries().at(-1)?.n ?? 0
  const running = Promise.resolve(bot.start())
  const failure = running.then(
    async () => new Promise<never>(() => {}),
    (error: unknown) => Promise.reject(error),
  )
  const stop = async (ms: number): Promise<void> => {
    const stopped = await settled(sim, ms, Promise.resolve(bot.stop()))
    server?.close()
    if (stopped === null) throw new DeskError('stuck', `the bot did not stop within ${ms} ms`)
    if (stopped.status === 'rejected') throw stopped.reason
  }
  const connected = bot.ready
    ? bot.ready()
    : (async () => {
        if (server === null && !(await until(sim, timeout, () => isConnected(sim, appId, since))))
          throw late()
      })()
  const outcome = await settled(sim, timeout, Promise.race([connected, failure]))
  if (outcome?.status === 'fulfilled') return { bot, stop }
  const error: unknown = outcome === null ? late() : outcome.reason
  await stop(timeout).catch(() => {})
  throw error
}
