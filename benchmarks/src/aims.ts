/** The aims of the fast path, beside what is measured: `pnpm -F @qqkit/benchmarks bench aims`. */
import { runColdStarts } from './bot/cold-start.js'
import { runTrial } from './bot/conversations.js'
import { runBursts } from './burst/bursts.js'
import { runIdleBots, runIdleShards } from './gateway/idle.js'
import { figureOf, ratioOf } from './measure/ratios.js'
import { table } from './measure/report.js'
import type { Series } from './measure/rounds.js'
import { spreadOf, type Spread } from './measure/spread.js'
import { runSends } from './rest/requests.js'
import { runImports } from './weight/weights.js'

/** One line: what must hold, and what was measured. */
interface Aim {
  readonly measure: string
  readonly aim: readonly ['≤' | '≥', number]
  readonly found: Spread
}

interface AimOptions {
  readonly rounds: number
  /** How many events the soak receives. */
  readonly soak: number
}

const BARE = 'bare ws + JSON.parse'
const BOTH = 'bare ws + undici'
const CPU = 'CPU per event (µs)'
const SILENT = '@qqkit/bot, reading nothing'
const READER = '@qqkit/bot, reading the text'
const THEIRS = 'qq-official-bot'

const bursts = async ({ rounds }: AimOptions): Promise<Aim[]> => {
  const contenders = [BARE, '@qqkit/gateway', SILENT, READER, '@discordjs/ws']
  const trial = { mode: 'whole', people: 64, contenders } as const
  const series = await runBursts({ ...trial, measure: 'cpu', events: 200_000, rounds })
  const cpu = (name: string, aim: number): Aim => ({
    measure: `CPU per event in bursts ÷ bare \`ws\` + \`JSON.parse\`: ${name}`,
    aim: ['≤', aim],
    found: ratioOf(series, CPU, [name, BARE]),
  })
  return [
    cpu('@qqkit/gateway', 1.15),
    cpu(SILENT, 1.5),
    cpu(READER, 1.8),
    // The reference: what a gateway of many years adds to the same frames.
    cpu('@discordjs/ws', Number.NaN),
  ]
}

const latency = async ({ rounds }: AimOptions): Promise<Aim[]> => {
  const contenders = [BOTH, '@qqkit/bot']
  const trial = { server: 'rate', client: 'latency', events: 20_000, people: 100 } as const
  const series = await runTrial({ ...trial, contenders, rounds })
  const p99 = (figure: string): Spread => ratioOf(series, figure, ['@qqkit/bot', BOTH])
  const measure = 'p99 of the bot at 1,000 events/s ÷ bare'
  return [
    { measure: `${measure}, seconds 11 to 20`, aim: ['≤', 1.3], found: p99('p99 (ms)') },
    {
      measure: `${measure}, seconds 2 to 5`,
      aim: ['≤', Number.NaN],
      found: p99('p99, seconds 2 to 5 (ms)'),
    },
  ]
}

const heap = async ({ rounds }: AimOptions): Promise<Aim[]> => {
  const bots = await runIdleBots({ count: 1000, rounds })
  const shards = await runIdleShards({ count: 1000, rounds })
  const kib = (series: Series[], name: string, figure: string): Spread =>
    spreadOf(figureOf(series, name, figure))
  return [
    {
      measure: 'KiB of heap per idle bot',
      aim: ['≤', 25],
      found: kib(bots, '@qqkit/bot', 'heap per bot (KiB)'),
    },
    {
      measure: 'KiB of heap per idle bot while its HTTP connection is open',
      aim: ['≤', Number.NaN],
      found: kib(bots, '@qqkit/bot', 'with its HTTP connection (KiB)'),
    },
    {
      measure: 'KiB of heap per idle shard',
      aim: ['≤', 7.5],
      found: kib(shards, '@qqkit/gateway', 'heap per shard (KiB)'),
    },
  ]
}

const sends = async ({ rounds }: AimOptions): Promise<Aim[]> => {
  const aims: Aim[] = []
  for (const concurrency of [1, 16, 64]) {
    const floor = concurrency === 16 ? 'a minimal client' : 'bare undici'
    const contenders = ['bare undici', 'a minimal client', '@qqkit/rest']
    const series = await runSends({ measure: 'cpu', contenders, concurrency, requests: 10_000, rounds })
    const pair = ['@qqkit/rest', floor] as const
    const at = `${concurrency} at once ÷ ${floor}`
    const found = ratioOf(series, 'requests/s', pair)
    aims.push({ measure: `sends/s, ${at}`, aim: ['≥', concurrency === 16 ? 1 : 0.95], found })
    const cpu = ratioOf(series, 'CPU per request (µs)', pair)
    aims.push({ measure: `CPU per send, ${at}`, aim: ['≤', Number.NaN], found: cpu })
  }
  return aims
}

const answers = async ({ rounds }: AimOptions): Promise<Aim[]> => {
  const contenders = [BOTH, '@qqkit/bot']
  const trial = { server: 'flow', client: 'answer', people: 64, contenders } as const
  const series = await runTrial({ ...trial, events: 30_000, rounds })
  const bytes = await runTrial({ ...trial, measure: 'bytes', events: 6000, rounds: 2 })
  const pair = ['@qqkit/bot', BOTH] as const
  return [
    {
      measure: 'answered events/s ÷ bare `ws` + `undici`',
      aim: ['≥', 0.85],
      found: ratioOf(series, 'events/s', pair),
    },
    { measure: 'CPU per answered event ÷ bare', aim: ['≤', Number.NaN], found: ratioOf(series, CPU, pair) },
    {
      measure: 'bytes per answered event ÷ bare',
      aim: ['≤', Number.NaN],
      found: ratioOf(bytes, 'bytes per event', pair),
    },
  ]
}

const start = async ({ rounds }: AimOptions): Promise<Aim[]> => {
  const pair = ['@qqkit/bot', THEIRS] as const
  const first = ratioOf(await runColdStarts(pair, rounds), 'first answer after (ms)', pair)
  const imported = ratioOf(await runImports(pair, rounds), 'import (ms)', pair)
  return [
    { measure: `first answer of a process ÷ ${THEIRS}`, aim: ['≤', 1], found: first },
    { measure: `import ÷ ${THEIRS}`, aim: ['≤', 1], found: imported },
  ]
}

/** By how much a figure differs from the same figure of other conditions. */
const flatness = async ({ rounds, soak }: AimOptions): Promise<Aim[]> => {
  const contenders = [BARE, '@qqkit/gateway', SILENT]
  const aims: Aim[] = []
  const base = { mode: 'whole', contenders, rounds } as const
  const ours = contenders.slice(1)
  const runs = async (measure: 'bytes' | 'cpu', people: number): Promise<Series[]> =>
    runBursts({ ...base, measure, people, events: measure === 'bytes' ? 50_000 : 100_000 })
  const one = { bytes: await runs('bytes', 1), cpu: await runs('cpu', 1) }
  const relative = (series: readonly Series[], figure: string, name: string): number =>
    ratioOf(series, figure, [name, BARE]).median
  for (const people of [100, 10_000]) {
    const bytes = await runs('bytes', people)
    const cpu = await runs('cpu', people)
    for (const name of ours) {
      const where = `${people.toLocaleString('en')} conversations ÷ 1: ${name}`
      const found = figureOf(bytes, name, 'bytes per event').map(
        (value, round) => value / (figureOf(one.bytes, name, 'bytes per event')[round] ?? Number.NaN),
      )
      aims.push({ measure: `bytes per event, ${where}`, aim: ['≤', 1.05], found: spreadOf(found) })
      // Both over the floor of their own rounds, since the two runs are minutes apart.
      const share = relative(cpu, CPU, name) / relative(one.cpu, CPU, name)
      aims.push({ measure: `CPU per event, ${where}`, aim: ['≤', 1.2], found: spreadOf([share]) })
    }
  }
  const after = `after ${soak.toLocaleString('en')} events ÷ before`
  for (const [measure, unit, aim] of [
    ['soak-bytes', 'bytes per event', 1.05],
    ['soak-cpu', 'CPU per event', 1.2],
  ] as const) {
    const series = await runBursts({
      ...base,
      contenders: ours,
      measure,
      people: 64,
      events: soak,
      rounds: 1,
    })
    const suffix = measure === 'soak-cpu' ? ' (µs)' : ''
    for (const name of ours) {
      const [early = Number.NaN] = figureOf(series, name, `${unit}, first${suffix}`)
      const [late = Number.NaN] = figureOf(series, name, `${unit}, last${suffix}`)
      aims.push({ measure: `${unit}, ${after}: ${name}`, aim: ['≤', aim], found: spreadOf([late / early]) })
    }
  }
  return aims
}

const PARTS = { bursts, latency, heap, sends, answers, start, flatness } as const

const verdict = ({ aim: [order, bound], found }: Aim): string => {
  if (Number.isNaN(bound)) return ''
  const kept = order === '≤' ? found.median <= bound : found.median >= bound
  return kept ? 'yes' : 'no'
}

const row = (one: Aim): string[] => {
  const { min, median, max } = one.found
  const spread = min === max ? '' : ` (${min.toFixed(2)}–${max.toFixed(2)})`
  const [order, bound] = one.aim
  return [
    one.measure,
    `${median.toFixed(2)}${spread}`,
    Number.isNaN(bound) ? '' : `${order} ${bound}`,
    verdict(one),
  ]
}

/** Measures every aim, a part at a time, and prints the table. */
export const benchAims = async (options: AimOptions): Promise<string> => {
  const rows: string[][] = []
  for (const [name, part] of Object.entries(PARTS)) {
    const begun = performance.now()
    rows.push(...(await part(options)).map(row))
    console.error(`${name}: ${((performance.now() - begun) / 1000).toFixed(0)} s`)
  }
  return [
    '### The aims of the fast path',
    '',
    `Ratios within a round; the median of ${options.rounds} interleaved rounds, with the smallest and largest in parentheses.`,
    '',
    ...table(['measure', 'found', 'aim', 'kept'], rows),
    '',
  ].join('\n')
}
