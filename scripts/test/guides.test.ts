import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

import { Bot, type BotOptions } from '@qqkit/bot'
import { memoryStateStore } from '@qqkit/bot/middleware'
import { ManualClock } from '@qqkit/core/testing'
import { startDesk, type Desk } from '@qqkit/simulator/testing'
import { type Span, trace, type Tracer } from '@opentelemetry/api'
import { transformSync } from 'esbuild'
import { register } from 'prom-client'
import { expect, it, onTestFinished, vi } from 'vitest'

/** Blocks of code that a hidden comment marks: they run, in their order, and `desk` stands for the people. */
const RUNS = /^<!-- runs -->\n+(?:<!-- given: (?<given>[^\n]*?) -->\n+)?```ts\n(?<code>[\s\S]*?)^```$/gm

const folder = path.join(import.meta.dirname, '..', '..', 'docs', 'guides')
const pages = readdirSync(folder)
  .map((name) => {
    const text = readFileSync(path.join(folder, name), 'utf8')
    return { name, blocks: [...text.matchAll(RUNS)].map(({ groups: { code = '' } = {} }) => code) }
  })
  .filter(({ blocks }) => blocks.length > 0)

/** A picture of one pixel. */
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** What the blocks use of the program around them. */
const givenFor = () => ({
  Bot,
  ask: async (history: readonly object[], text: string) => `${history.length} messages; ${text}`,
  db: new Map<string, string>(),
  draw: async () => Buffer.from(PIXEL, 'base64'),
  findMember: async () => ({ name: 'Ann' }),
  forecast: (city: string, days: number) => `${city}, ${days} d: sun`,
  model: {
    async *stream(text: string) {
      yield* /\p{Script=Han}/u.test(text) ? ['你说：', text, '。完'] : ['You said ', text, ': th', 'e end']
    },
  },
  search: async (text: string) => [`${text} 1`, `${text} 2`],
  store: memoryStateStore(),
  translate: (text: string) => text.toUpperCase(),
})

const IMPORT = /^import (.+) from '([^']+)'.*$/gm
const CONSTANT = /^(?:export )?const (\w+)(?=[ :])/gm
/** What a block says that it prints. */
const PRINTED = /console\.log\(.*\) \/\/ '(.*)'$/gm

const imported = pages.flatMap(({ blocks }) =>
  blocks.flatMap((code) => [...code.matchAll(IMPORT)].map(([, , from = '']) => from)),
)
/** What the blocks import, loaded before: a manual clock does not wait for a file. */
const modules = new Map<string, unknown>(
  await Promise.all([...new Set(imported)].map(async (name) => [name, await import(name)] as const)),
)

type Values = Readonly<Record<string, unknown>>

/** Runs a block as a module of its own. Returns its constants, which later blocks of the page may use. */
const runBlock = async (code: string, values: Values): Promise<Values> => {
  const made = [...code.matchAll(CONSTANT)].map(([, name = '']) => name)
  const loaded: string[] = []
  const plain = code
    .replaceAll(IMPORT, (_, names: string, from: string) => {
      if (names.startsWith('type ')) return ''
      const wanted = names.replace('* as ', '').replaceAll(/\btype \w+,? ?/g, '')
      loaded.push(...(wanted.match(/\w+/g) ?? []))
      return `const ${wanted} = load('${from}')`
    })
    .replaceAll(/^export /gm, '')
  const given = Object.keys(values).filter((name) => !made.includes(name) && !loaded.includes(name))
  const { code: script } = transformSync(
    `export const run = async ({ ${given.join(', ')}, load }) => {\n${plain}\nreturn { ${made.join(', ')} } }`,
    { loader: 'ts', format: 'cjs' },
  )
  const exported: { exports: { run?: (all: object) => Promise<Values> } } = { exports: {} }
  // The texts of the repository are its own code.
  // oxlint-disable-next-line typescript/no-implied-eval
  new Function('module', script)(exported)
  const tests: Promise<void>[] = []
  const runner = {
    it: (_: string, body: (t: object) => Promise<void>) => tests.push(body({ after: onTestFinished })),
  }
  const load = (name: string): unknown => (name === 'node:test' ? runner : modules.get(name))
  const constants = await exported.exports.run?.({ ...values, load })
  await Promise.all(tests)
  return constants ?? {}
}

/** A block in which people talk, or something happens to the platform; any other one adds to the bot. */
const isSpoken = (code: string): boolean => /\b(?:desk|sim)\.|startDesk\(/.test(code)
/** Blocks that make the bot come first: the handlers of all others are for it. */
const byMaker = (one: string, other: string): number =>
  Number(other.includes('const bot =')) - Number(one.includes('const bot ='))

it('guides have blocks that run, the same ones in both languages', () => {
  const counts = (ending: RegExp): Record<string, number> =>
    Object.fromEntries(
      pages
        .filter(({ name }) => ending.test(name))
        .map(({ name, blocks }) => [name.replace('.zh-CN', ''), blocks.length]),
    )
  const english = counts(/(?<!zh-CN)\.md$/)
  expect(counts(/\.zh-CN\.md$/)).toEqual(english)
  expect(Object.keys(english)).toEqual(expect.arrayContaining(['first-bot.md', 'streaming.md']))
})

/** Runs the blocks of a page: those that make the bot first, then those in which people speak. Gives the number of these. */
const runPage = async ({ blocks }: (typeof pages)[number]): Promise<number> => {
  const told = blocks.filter((code) => !isSpoken(code)).sort(byMaker)
  let values: Values = givenFor()
  const createBot = async (options: BotOptions): Promise<Bot> => {
    const bot = new Bot(options)
    values = { ...values, options, bot, bots: [bot] }
    for (const code of told) values = { ...values, ...(await runBlock(code, values)) }
    return (values['bot'] as Bot).command('ping', (ctx) => ctx.reply('pong'))
  }
  const desk: Desk = await startDesk(createBot, { memory: true, clock: new ManualClock() })
  onTestFinished(async () => {
    await desk.close()
    register.clear()
  })
  const spoken = blocks.filter(isSpoken)
  const log = vi.spyOn(console, 'log').mockImplementation(() => {})
  onTestFinished(() => log.mockRestore())
  for (const code of spoken) {
    log.mockClear()
    await runBlock(code, { ...values, desk, sim: desk.sim, createBot })
    const printed = log.mock.calls.map(([text]) => String(text))
    expect(printed).toEqual(Array.from(code.matchAll(PRINTED), ([, text = '']) => text))
  }
  return spoken.length
}

it.each(pages)('$name does what it says', async (page) => {
  expect(await runPage(page)).toBeGreaterThan(0)
})

it('the recipe for traces makes a span of each event and of each call, and ends it', async () => {
  const open: string[] = []
  const ended: string[] = []
  const tracer: Pick<Tracer, 'startActiveSpan'> = {
    startActiveSpan: (name: string, run: unknown): never => {
      open.push(name)
      const span: Pick<Span, 'end'> = { end: () => void ended.push(name) }
      return (run as (span: unknown) => never)(span)
    },
  }
  trace.setGlobalTracerProvider({ getTracer: () => tracer as Tracer })
  onTestFinished(() => trace.disable())
  for (const page of pages.filter(({ name }) => name === 'logging.md')) await runPage(page)
  expect(ended).toEqual(
    expect.arrayContaining(['C2C_MESSAGE_CREATE', 'POST /v2/users/{user_openid}/messages']),
  )
  expect(open).toEqual(expect.arrayContaining(ended))
})
