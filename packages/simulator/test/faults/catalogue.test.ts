import { describe, expect, it } from 'vitest'

import { faults, type FaultName } from '../../src/index.js'
import { ADAPTERS, onFaultStage } from './fault-stage.js'
import { contentPlays } from './plays/content-plays.js'
import { eventPlays } from './plays/event-plays.js'
import { handshakePlays } from './plays/handshake-plays.js'
import { livePlays } from './plays/live-plays.js'
import { lookupPlays } from './plays/lookup-plays.js'
import type { Play } from './plays/play.js'
import { pushPlays } from './plays/push-plays.js'
import { sendPlays } from './plays/send-plays.js'

/** What a client sees of each fault of the catalogue. */
const PLAYS: Readonly<Record<string, Play>> = {
  ...handshakePlays,
  ...eventPlays,
  ...lookupPlays,
  ...sendPlays,
  ...contentPlays,
  ...livePlays,
  ...pushPlays,
}

describe.each(ADAPTERS)('the faults of the catalogue, %s', (adapter) => {
  it.each(Object.keys(faults) as readonly FaultName[])(
    'SM-02 %s strikes once, and a client sees it',
    async (name) =>
      onFaultStage(adapter, async (stage) => {
        const { sim } = stage
        const id = sim.faults.add(faults[name])
        await PLAYS[name]?.(stage)
        expect(sim.log.of('fault').filter(({ change }) => change === 'struck')).toMatchObject([{ fault: id }])
        expect(sim.faults.armed()).toEqual([])
      }),
  )
})
