// One process of a bot over Redis: a gateway, a front for webhooks, or a worker.
import { Agent, createServer, type RequestListener } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import process from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

import { Bot, type BotOptions, type Context, type InteractionContext, type MessageContext } from '@qqkit/bot'
import { control } from '@qqkit/bot/control'
import type { LogRecord, SourceStatus } from '@qqkit/core'
import { Gateway } from '@qqkit/gateway'
import { Rest, RestError } from '@qqkit/rest'
import { nodeHandler, Webhook } from '@qqkit/webhook'
import { Redis } from 'ioredis'

import { qqkitRedis } from '../../src/index.js'
import { planOf, STOP_TEXTS } from '../support/process/plan.js'

/** A server, or the sentinels that know the primary. */
export type RedisAddress =
  | { readonly host: string; readonly port: number }
  | { readonly sentinels: { host: string; port: number }[]; readonly name: string }

/** What a process is told at its start, as JSON. */
export interface ProcessInit {
  readonly role: 'gateway' | 'front' | 'worker'
  readonly appId: string
  readonly secret: string
  readonly baseUrl: string
  readonly redis: RedisAddress
  /** ms */
  readonly lease: number
  /** ms that a command of Redis may take. */
  readonly commandTimeout: number
  /** ms for what runs at a stop. */
  readonly stopTimeout: number
  readonly durability?: { readonly replicas: number }
  /** Most unfinished events of the bot. */
  readonly backlog?: number
}

/** ms between two looks at the status. */
const LOOK = 200

const init = JSON.parse(process.argv[2] ?? '{}') as ProcessInit
const { role, appId, secret, baseUrl } = init

const say = (kind: string, what: object): void => {
  process.stdout.write(`${kind} ${JSON.stringify({ at: Date.now(), ...what })}\n`)
}

const log = ({ level, event, message, error, key, since, lost, code }: LogRecord): void => {
  if (level !== 'warn' && level !== 'error') return
  const reason = error instanceof Error ? `${message}: ${error.message}` : message
  say('told', { event, reason, key, since, lost, code })
}

const redis = qqkitRedis({
  appId,
  client: new Redis({ ...init.redis, lazyConnect: true }),
  lease: init.lease,
  commandTimeout: init.commandTimeout,
  ...(init.durability && { durability: init.durability }),
  ...(init.backlog !== undefined && { backlog: init.backlog }),
  log,
})
const credentials = { appId, secret, baseUrl, tokenUrl: `${baseUrl}/app/getAppAccessToken` }

/** ms after its end in which a process is gone. */
const HELD_AFTER = 5000

/** ms of a busy processor. */
const block = (ms: number): void => {
  const until = performance.now() + ms
  while (performance.now() < until);
}

/** Sockets to the platform go the way of this process, not to the address that the platform gives to all. */
class WayAgent extends Agent {
  override createConnection(): Socket {
    return connect(Number(new URL(baseUrl).port), '127.0.0.1')
  }
}

/** Says what the status is whenever it changes. */
const watch = (status: () => SourceStatus): void => {
  let before = ''
  setInterval(() => {
    const { state, reason } = status()
    if (`${state} ${reason}` !== before) say('status', { state, reason })
    before = `${state} ${reason}`
  }, LOOK).unref()
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
process.on('SIGUSR2', () => {
  collect()
  say('memory', { heap: process.memoryUsage().heapUsed })
})

const textOf = (ctx: Context): string =>
  ctx.event === 'message' ? ctx.text : ctx.event === 'interaction' ? ctx.interaction.buttonId : ctx.name

const work = async (): Promise<void> => {
  const source = redis.source()
  watch(() => source.status())
  const options: BotOptions = {
    ...credentials,
    source,
    handleSignals: true,
    stopTimeout: init.stopTimeout,
    log,
    rest: {
      limiter: redis.limiter(),
      tokens: redis.tokens({ secret }),
      retry: { policy: { httpLadder: [20, 50, 100] } },
    },
  }
  const bot = new Bot(options)
  bot.catch((error, ctx) => {
    const { message, cause } = error as Error
    const { code, delivered } = RestError.is(error) ? error : { code: null, delivered: null }
    say('told', {
      event: 'failed',
      reason: message,
      text: textOf(ctx),
      code,
      delivered,
      cause: String(cause),
    })
  })
  bot.use(control({ texts: STOP_TEXTS }))
  const answer = async (ctx: MessageContext | InteractionContext): Promise<void> => {
    const text = textOf(ctx)
    const { kind, ms, between, answers } = planOf(text)
    say('begin', { text })
    // Some hear that they should end; the others go on, as long as they are let.
    const options = kind === 'slow' ? { signal: ctx.signal } : {}
    if (kind === 'block') block(ms)
    else await delay(ms, undefined, options)
    if (kind === 'die') process.kill(process.pid, 'SIGKILL')
    for (const [index, said] of answers.entries()) {
      if (index > 0) await delay(between)
      await ctx.reply(said, options)
    }
    say('end', { text })
  }
  bot.on('message', answer)
  bot.on('interaction', answer)
  say('ready', {})
  await bot.start()
}

const publish = async (): Promise<void> => {
  const rest = new Rest({ ...credentials, tokens: redis.tokens({ secret }), log })
  const source =
    role === 'gateway'
      ? new Gateway({
          access: rest.access,
          agent: new WayAgent(),
          appId,
          intents: ['GROUP_AND_C2C_EVENT', 'PUBLIC_GUILD_MESSAGES', 'DIRECT_MESSAGE', 'INTERACTION'],
          store: redis.sessions({ standby: true }),
          permits: redis.permits(),
          log,
        })
      : null
  const webhook = source ? null : new Webhook({ appId, secret, log, ackTimeout: 2500 })
  const publisher = redis.publish((source ?? webhook)!)
  watch(() => publisher.status())
  const server = webhook && createServer(nodeHandler(webhook) as RequestListener)
  server?.listen(0, '127.0.0.1', () => say('port', { port: (server.address() as AddressInfo).port }))
  process.once('SIGTERM', () => void publisher.close({ resumable: true }))
  say('ready', {})
  await publisher.run()
  server?.close()
  server?.closeAllConnections()
  await rest.close()
}

try {
  await (role === 'worker' ? work() : publish())
} finally {
  await redis.close()
}
say('stopped', {})
// What keeps it from ending, for those who look for the cause.
setTimeout(() => say('held', { by: process.getActiveResourcesInfo() }), HELD_AFTER).unref()
