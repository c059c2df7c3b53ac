// A bot as a process of its own whose answers take their time: in pieces, as streams, after notices, and with apologies.
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import process from 'node:process'

import { Bot, fileSessionStore, nodeHandler } from '../../src/index.js'
import { errorReply, typing } from '../../src/middleware/index.js'
import { answerTo } from '../support/planned-answers.js'

const [appId = '', secret = '', baseUrl = '', scale = '1', transport = '', place = ''] = process.argv.slice(2)

/** ms, for a thirtieth of what the patience of the platform and of people is. */
const of = (ms: number): number => ms * Number(scale)
const TIMES = { notice: of(33), ack: of(150), stop: of(333), throttle: 300 } as const

const overWebhook = transport !== 'gateway'
const bot = new Bot({
  appId,
  secret,
  baseUrl,
  handleSignals: true,
  stopTimeout: TIMES.stop,
  maxTextLength: 100,
  rest: { retry: { policy: { httpLadder: [20, 50, 100] } } },
  // What is told: a person would read it in the log.
  log: ({ level, event, message, key, since, error }) => {
    if (level !== 'warn' && level !== 'error') return
    const reason = error instanceof Error ? `${message}: ${error.message}` : message
    process.stdout.write(`told ${JSON.stringify({ at: Date.now(), event, reason, key, since })}\n`)
  },
  ...(overWebhook
    ? { source: 'webhook', webhook: { processes: place === 'one' ? 'one' : 'many', ackTimeout: TIMES.ack } }
    : { store: fileSessionStore({ path: place }) }),
})
bot.use(typing({ after: TIMES.notice }))
bot.use(errorReply((_error, ctx) => `sorry ${ctx.event === 'message' ? ctx.text : ''}`))
bot.catch((error, ctx) => {
  // Read after a soak.
  const text = ctx.event === 'message' ? ctx.text : ctx.name
  process.stdout.write(
    `failed ${text}: ${error instanceof Error ? `${error.message} (${String(error.cause)})` : ''}\n`,
  )
})

const pause = async (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

bot.on('message', async (ctx) => {
  const { kind, pieces, ms } = answerTo(ctx.text)
  process.stdout.write(`begin ${ctx.text}\n`)
  if (kind === 'stream') {
    await ctx.stream(
      async (write) => {
        for (const piece of pieces) {
          write(piece)
          await pause(ms / pieces.length)
        }
      },
      { throttle: TIMES.throttle },
    )
  } else {
    await pause(ms)
    if (kind === 'long') await ctx.reply(pieces.join('\n'))
    if (kind === 'two') for (const piece of pieces) await ctx.reply(piece)
    if (kind === 'error') throw new Error('as planned')
  }
  process.stdout.write(`end ${ctx.text}\n`)
})
const running = bot.start()
if (overWebhook) {
  const server = createServer(nodeHandler(bot.webhook) as RequestListener).listen(0, '127.0.0.1')
  server.on('listening', () => {
    process.stdout.write(`port ${(server.address() as AddressInfo).port}\n`)
  })
  await running
  server.close()
  server.closeAllConnections()
} else await running
