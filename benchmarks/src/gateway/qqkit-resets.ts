/** The time of a shard from a reset to RESUMED, without the wait of the policy. */
import process from 'node:process'

import { Gateway } from '@qqkit/gateway'

import { spreadOf } from '../measure/spread.js'
import { localAccess } from './access.js'

const [, , port, total] = process.argv
const gateway = new Gateway({
  intents: 1 << 25,
  access: localAccess(port),
  // The shortest waits, so that many resets fit into a run.
  policy: { ladder: [1], jitter: 0, quick: { count: 1_000_000 } },
})

const took: number[] = []
let lostAt: number | null = null
let waited = 0
gateway.on('status', ({ state, nextAttemptAt, since }) => {
  if (state === 'waiting') {
    lostAt = performance.now()
    waited = (nextAttemptAt ?? since) - since
  }
  if (state !== 'ready' || lostAt === null) return
  took.push(performance.now() - lostAt - waited)
  lostAt = null
  if (took.length === Number(total)) process.send?.({ 'reset to RESUMED (ms)': spreadOf(took).median })
})
await gateway.run()
