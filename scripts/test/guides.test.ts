import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

import { Bot, type BotOptions } from '@qqkit/bot'
import { memoryStateStore } from '@qqkit/bot/middleware'
import { startDesk, type Desk } from '@qqkit/simulator/testing'
import { transform } from 'esbuild'
import { expect, it, onTestFinished } from 'vitest'

/** Blocks of code that a hidden comment marks: they run, in their order, and `desk` stands for the people. */
const RUNS = /^<!-- runs -->\n+(?:<!-- given: (?<given>[^\n]*?) -->\n+)?```ts\n(?<code>[\s\S]*?)^```$/gm

const folder = path.join(import.meta.dirname, '..', '..', 'docs', 'guides')
const pages = readdirSync(folder)
  .map((name) => ({ name, text: readFileSync(path.join(folder, name), 'utf8') }))
  .filter(({ text }) => text.includes('<!-- runs -->'))

/** What the blocks use of the program around them. */
const GIVEN = {
  Bot,
  forecast: (city: string, days: number) => `${city}, ${days} d: sun`,
  model: {
    async *stream(text: string) {
      yield* /\p{Script=Han}/u.test(text) ? ['你说：', text, '。完'] : ['You said ', text, ': th', 'e end']
    },
  },
}

const IMPORT = /^import (.+) from '([^']+)'$/gm

/** Runs a block as a module of its own. Returns the bot, if the block makes one. */
const runBlock = async (
  code: string,
  values: Readonly<Record<string, unknown>>,
): Promise<Bot | undefined> => {
  const plain = code.replaceAll(IMPORT, (_, names: string, from: string) =>
    names.startsWith('type ') ? '' : `const ${names} = await load('${from}')`,
  )
  const own = Object.keys(values).filter((name) => !plain.includes(`const ${name} =`))
  const made = plain.includes('const bot =') ? 'bot' : 'undefined'
  const { code: script } = await transform(
    `export const run = async ({ ${own.join(', ')}, load }) => {\n${plain}\nreturn ${made} }`,
    { loader: 'ts', format: 'cjs' },
  )
  const exported: { exports: { run?: (all: object) => Promise<Bot | undefined> } } = { exports: {} }
  // The texts of the repository are its own code.
  // oxlint-disable-next-line typescript/no-implied-eval
  new Function('module', script)(exported)
  const tests: Promise<void>[] = []
  const runner = {
    it: (_: string, body: (t: object) => Promise<void>) => tests.push(body({ after: onTestFinished })),
  }
  const load = async (name: string): Promise<unknown> => (name === 'node:test' ? runner : import(name))
  const bot = await exported.exports.run?.({ ...values, load })
  await Promise.all(tests)
  return bot
}

it('guides have blocks that run', () => {
  expect(pages.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'first-bot.md',
      'first-bot.zh-CN.md',
      'buttons-and-asking.md',
      'streaming.zh-CN.md',
    ]),
  )
})

it.each(pages)('$name does what it says', async ({ text }) => {
  const blocks = [...text.matchAll(RUNS)].map(({ groups: { code = '' } = {} }) => code)
  const store = memoryStateStore()
  const createBot = async (options: BotOptions): Promise<Bot> => {
    let bot = new Bot(options).command('ping', (ctx) => ctx.reply('pong'))
    for (const code of blocks.filter((one) => !one.includes('desk.')))
      bot = (await runBlock(code, { ...GIVEN, store, options, bot })) ?? bot
    return bot
  }
  const desk: Desk = await startDesk(createBot, { memory: true })
  onTestFinished(async () => desk.close())
  const spoken = blocks.filter((one) => one.includes('desk.'))
  for (const code of spoken) await runBlock(code, { ...GIVEN, desk, createBot })
  expect(spoken.length).toBeGreaterThan(0)
})
