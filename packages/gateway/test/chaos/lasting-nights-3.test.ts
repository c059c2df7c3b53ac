import { it } from 'vitest'

import { expectLossesTold, LONG, seedsFrom } from './nights.js'

it.each(seedsFrom(6))(
  'GW-15 seed %i: every event that the platform could send again is handled once, in order; a gap reports the others',
  expectLossesTold,
  LONG,
)
