import * as fc from 'fast-check'

import type { StoreMode } from './model-store.js'
import type { Kinship } from './platform.js'
import { WELL, type Handling, type Reconnect, type World } from './world.js'

type Life = fc.AsyncCommand<object, World>

/** A step in the life of a bot. */
const step = (
  text: string,
  run: (world: World) => Promise<void>,
  check?: (world: World) => boolean,
): Life => ({
  check: () => true,
  run: async (_model, world) => {
    if (check && !check(world)) return
    await run(world)
    world.check()
    if (world.problems.length > 0) throw new Error(world.problems.join('\n'))
  },
  toString: () => text,
})

const say = fc
  .record({
    count: fc.integer({ min: 1, max: 9 }),
    kin: fc.constantFrom<Kinship>('none', 'none', 'none', 'twin', 'copy'),
    hole: fc.constantFrom(0, 0, 0, 0, 0, 1),
    named: fc.constantFrom(true, true, false),
    late: fc.boolean(),
    odd: fc.constantFrom(0, 0, 0, 0, 500, 9e15),
  })
  .map(({ count, kin, hole, named, late, odd }) =>
    step(`say(${count}, ${kin}, hole ${hole}, named ${named}, late ${late}, odd ${odd})`, async (world) => {
      const batch = Array.from({ length: count }, (_, at) =>
        world.platform.say(world.wall, at === 0 ? 'none' : kin, hole, named),
      )
      await world.say(late && batch.length > 1 ? [...batch.slice(1), batch[0] ?? null] : batch, odd)
    }),
  )

const reconnect = fc
  .record({
    refused: fc.constantFrom(false, false, false, false, true),
    order: fc.constantFrom<Reconnect['order']>('in_order', 'in_order', 'reversed', 'last_first'),
    forgotten: fc.constantFrom(0, 0, 0, 0, 1, 2, 99),
    again: fc.constantFrom(0, 0, 3),
    cutAfter: fc.constantFrom(null, null, null, 0, 1, 2),
    over: fc.constantFrom(false, false, true),
    store: fc.constantFrom<Reconnect['store']>(null, null, null, 'fails', 'hangs', 'works'),
  })
  .map((how) => step(`connect(${JSON.stringify(how)})`, async (world) => world.connect(how)))

const named = <T>(name: string, arbitrary: fc.Arbitrary<T>, run: (world: World, value: T) => Promise<void>) =>
  arbitrary.map((value) => step(`${name}(${String(value)})`, async (world) => run(world, value)))

/** How many events may be open: a bound that a handful of events reaches. */
export const bounds: fc.Arbitrary<number> = fc.constantFrom(6, 6, 6, 1)

/** Random lives of a bot. */
export const lives = (maxCommands: number): fc.Arbitrary<Iterable<Life>> =>
  fc.commands(
    [
      say,
      say,
      reconnect,
      reconnect,
      named('cut', fc.constant(''), async (world) => world.cut()),
      named('finish', fc.nat(), async (world, pick) => world.finish(pick)),
      named('handling', fc.constantFrom<Handling>('at_once', 'later', 'throws'), async (world, handling) => {
        world.handling = handling
      }),
      named('kill at', fc.integer({ min: 1, max: 4 }), async (world, at) => {
        world.killAt = at
      }),
      named('pass', fc.constantFrom(10, 1000, 6000, 11_000, 700_000), async (world, ms) => world.pass(ms)),
      named('kill', fc.boolean(), async (world, landed) => world.kill(landed)),
      named('deploy', fc.boolean(), async (world, finished) => world.deploy(finished)),
      // Bad nights: one process after the other, each with what the one before it left.
      named('redeploy', fc.boolean(), async (world, finished) => {
        await world.deploy(finished)
        await world.connect(WELL)
      }),
      named('crash', fc.boolean(), async (world, landed) => {
        world.kill(landed)
        await world.connect(WELL)
      }),
      named(
        'store',
        fc.constantFrom<StoreMode>('works', 'works', 'slow', 'fails', 'hangs'),
        async (world, mode) => {
          world.store.turn(mode)
          await world.pass(0)
        },
      ),
    ],
    { maxCommands, size: 'max' },
  )
