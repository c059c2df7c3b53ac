import { readFileSync } from 'node:fs'
import process from 'node:process'
import { parseEnv } from 'node:util'

import type { Bot } from '@qqkit/bot'

import { createBot } from './bot.js'
import { sayGoodMorning, storesIn } from './mornings.js'
import { readSettings, type DemoSettings, type QqSettings } from './settings.js'
import { textsFor } from './texts.js'

const texts = textsFor()

const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

/** Runs the bot until Ctrl-C. The bot itself reports a final error on stderr. */
const run = async (bot: Bot): Promise<void> => {
  try {
    await bot.start()
    print(texts.stopped)
  } catch {
    process.exitCode = 1
  }
}

/** Runs the bot on QQ. */
const runOnQq = async ({ appId, secret, baseUrl, data }: QqSettings): Promise<void> => {
  const options = { appId, secret, handleSignals: true, ...(baseUrl && { baseUrl }) }
  const bot = createBot(options, undefined, (one) => sayGoodMorning(one, storesIn(data)))
  print(texts.connecting)
  await run(bot)
}

/** Runs the bot on a simulated platform, so that it works without an account. */
const runDemo = async ({ port }: DemoSettings): Promise<void> => {
  // Imported here, since a server does not need the simulator.
  const demo = await import('./demo.js')
  const simulator = await demo.startPlatform(port)
  const stopPrinting = demo.printMessages(simulator, print)
  const bot = createBot(
    { ...simulator.botOptions(), handleSignals: true, log: demo.demoLog() },
    demo.DEMO_THINKING_TIME,
  )
  print(texts.noCredentials)
  print(`${texts.open(simulator.url)}\n`)

  const stopped = new AbortController()
  const conversation = demo
    .connected(simulator, stopped.signal)
    .then(async () => demo.playConversation(simulator, print, stopped.signal))
  conversation.then(
    () => print(`\n${texts.nowYou(simulator.url)}`),
    () => {}, // stopped in the middle
  )
  try {
    await run(bot)
  } finally {
    stopped.abort()
    stopPrinting()
    await simulator.close()
  }
}

/** The reason of a failed start, on one line. */
const explain = (error: unknown): string =>
  String(error instanceof Error ? error.message : error).replaceAll(/\s+/g, ' ')

try {
  try {
    const bytes = readFileSync('.env')
    // Editors on Windows begin a file with a mark, which `process.loadEnvFile()` takes for a part of the first name.
    const text = new TextDecoder(bytes[0] === 0xff ? 'utf-16le' : 'utf-8').decode(bytes)
    for (const [name, value] of Object.entries(parseEnv(text))) process.env[name] ??= value
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const settings = readSettings(process.env)
  if (settings.mode === 'demo') await runDemo(settings)
  else await runOnQq(settings)
} catch (error) {
  process.stderr.write(`${explain(error)}\n`)
  process.exitCode = 1
}
