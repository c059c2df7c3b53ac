import { it } from 'vitest'

import { expectNothingLost, LONG, seedsFrom } from './nights.js'

it.each(seedsFrom(5))(
  'GW-15 seed %i: every event is handled once, in order, over one session, and there is no gap',
  expectNothingLost,
  LONG,
)
