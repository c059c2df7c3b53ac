/**
 * Compares the bytes allocated per event and per send with the committed figures, and fails above 10 % more: `pnpm
 * bench:check`, or `pnpm bench:check --write` to commit new ones. Counts only, since times depend on the neighbours.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { parseArgs } from 'node:util'

import { runTrial } from './bot/conversations.js'
import { runBursts } from './burst/bursts.js'
import type { Series } from './measure/rounds.js'
import { runSends } from './rest/requests.js'

/** Bytes by contender. */
type Bytes = Readonly<Record<string, number>>

/** How much more than the committed figure may be allocated. */
const TOLERANCE = 0.1
const RUNS = 2

const FILE = new URL('../allocations.json', import.meta.url)
/** Each major version of Node allocates in its own way. */
const ENGINE = `node ${process.versions.node.split('.')[0]}`

/** The smallest figure of the runs: whatever disturbs a run only adds. */
const smallest = (series: readonly Series[]): Bytes =>
  Object.fromEntries(
    series.map(({ name, rounds }) => [
      name,
      Math.round(Math.min(...rounds.flatMap((one) => Object.values(one)))),
    ]),
  )

const measure = async (): Promise<Bytes> => ({
  ...smallest(
    await runBursts({
      mode: 'whole',
      measure: 'bytes',
      contenders: ['@qqkit/gateway', '@qqkit/bot, reading nothing', '@qqkit/bot, reading the text'],
      events: 20_000,
      people: 64,
      rounds: RUNS,
    }),
  ),
  ...smallest(
    await runSends({
      measure: 'bytes',
      contenders: ['@qqkit/rest'],
      concurrency: 16,
      requests: 4000,
      rounds: RUNS,
    }),
  ),
  ...smallest(
    await runTrial({
      server: 'flow',
      client: 'answer',
      measure: 'bytes',
      contenders: ['@qqkit/bot, answering'],
      events: 6000,
      people: 64,
      rounds: RUNS,
    }),
  ),
})

const percent = (share: number): string => `${share < 0 ? '−' : '+'}${Math.abs(share * 100).toFixed(1)} %`

const all = JSON.parse(readFileSync(FILE, 'utf8')) as Readonly<Record<string, Bytes>>
const committed = all[ENGINE]
const measured = await measure()
const changes = Object.entries(measured).map(([name, bytes]) => {
  const before = committed?.[name]
  return { name, bytes, before, change: before === undefined ? 0 : bytes / before - 1 }
})
for (const { name, bytes, before, change } of changes) {
  const compared = before === undefined ? 'no committed figure' : `committed ${before}, ${percent(change)}`
  console.log(`${name}: ${bytes} bytes per ${name === '@qqkit/rest' ? 'send' : 'event'} (${compared})`)
}
const worse = changes.filter(({ change }) => change > TOLERANCE)
const better = changes.filter(({ change }) => change < -TOLERANCE)
const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } })
if (values.write) {
  writeFileSync(FILE, `${JSON.stringify({ ...all, [ENGINE]: measured }, null, 2)}\n`)
  console.log('Written to benchmarks/allocations.json.')
} else if (!committed) {
  console.log(`Nothing to compare with on ${ENGINE}: "pnpm bench:check --write" commits these figures.`)
} else if (worse.length > 0) {
  const names = worse.map(({ name }) => name).join('; ')
  console.error(
    `More than ${percent(TOLERANCE)}: ${names}. If the cost is wanted, "pnpm bench:check --write" commits it; say why in the commit.`,
  )
  process.exitCode = 1
} else if (better.length > 0) {
  console.log('Much less than committed: "pnpm bench:check --write" keeps it.')
}
