/** Runs the benchmarks and prints their tables: `pnpm bench`, or `bench events` for one of them. */
import process from 'node:process'
import { parseArgs } from 'node:util'

import { benchAims } from './aims.js'
import { benchColdStart } from './bot/cold-start.js'
import { benchLatency, benchLayer, benchReplies } from './bot/conversations.js'
import { benchAllocations, benchBursts, benchInstructions, benchSoak } from './burst/bursts.js'
import { benchEvents } from './gateway/events.js'
import { benchIdle } from './gateway/idle.js'
import { benchResets } from './gateway/resets.js'
import { benchUploads } from './media/uploads.js'
import { benchRedis } from './redis/many-processes.js'
import { benchRequests } from './rest/requests.js'
import { benchSimulatorDay } from './simulator/day.js'
import { benchSimulatorIdle } from './simulator/idle.js'
import { benchSimulatorStream } from './simulator/stream.js'
import { benchWeights } from './weight/weights.js'

const ROUNDS = 7

const options = { soak: { type: 'boolean', default: false } } as const
const { positionals, values } = parseArgs({ allowPositionals: true, options })
/** Events of a soak: minutes with `--soak`. */
const SOAKED = values.soak ? 10_000_000 : 1_000_000

const benchmarks: Readonly<Record<string, () => Promise<string>>> = {
  aims: () => benchAims({ rounds: ROUNDS, soak: SOAKED }),
  events: () => benchEvents({ events: 200_000, rounds: ROUNDS }),
  bursts: () => benchBursts({ events: 200_000, rounds: ROUNDS }),
  allocations: () => benchAllocations({ rounds: 3 }),
  instructions: () => benchInstructions({ events: 50_000, rounds: 3 }),
  soak: () => benchSoak({ events: SOAKED, rounds: 1 }),
  idle: () => benchIdle({ count: 1000, rounds: 5 }),
  resets: () => benchResets({ resets: 100, rounds: 5 }),
  requests: () => benchRequests({ requests: 10_000, rounds: 5, concurrencies: [1, 16, 64] }),
  replies: () => benchReplies({ events: 30_000, conversations: [1, 100, 10_000], rounds: 5 }),
  layer: () => benchLayer({ events: 200_000, rounds: ROUNDS }),
  latency: () => benchLatency({ seconds: 20, rounds: 5 }),
  'cold-start': () => benchColdStart({ rounds: ROUNDS }),
  uploads: () => benchUploads({ megabytes: 200, rounds: 5 }),
  redis: benchRedis,
  'simulator-day': benchSimulatorDay,
  'simulator-stream': benchSimulatorStream,
  'simulator-idle': benchSimulatorIdle,
  weights: () => benchWeights({ rounds: ROUNDS }),
}

const chosen = positionals.length > 0 ? positionals : Object.keys(benchmarks)
for (const name of chosen) {
  const run = benchmarks[name]
  if (!run) {
    console.error(`There is no benchmark "${name}". Choose from: ${Object.keys(benchmarks).join(', ')}.`)
    process.exitCode = 1
    break
  }
  console.log(await run())
}
