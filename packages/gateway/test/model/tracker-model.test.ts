import * as fc from 'fast-check'
import { expect, it } from 'vitest'

import { bounds, lives } from './commands.js'
import { TrackerBot } from './tracker-bot.js'
import { World } from './world.js'

/** Other lives each time, so that a quarter will do; `MODEL_TIMES=10` is for a soak, `MODEL_SEED` plays one again. */
const RUNS = 10_000 * Number(process.env['MODEL_TIMES'] ?? 0.25)
const SEED = process.env['MODEL_SEED']

it(`GW-15 GW-16 GW-17 GW-18 GW-25 GW-26 model: ${RUNS} random lives of the tracker`, async () => {
  await fc.assert(
    fc.asyncProperty(bounds, lives(40), async (most, commands) => {
      const world = new World(async (...life) => TrackerBot.open(...life, most))
      await fc.asyncModelRun(() => ({ model: {}, real: world }), commands)
      await world.settleDown()
      expect(world.problems).toEqual([])
    }),
    { numRuns: RUNS, ...(SEED !== undefined && { seed: Number(SEED) }) },
  )
}, 600_000)
