import { describe, expect, it } from 'vitest'

import { faults, type FaultName } from '../../src/index.js'
import { contentPlays } from '../support/fault-plays/content-plays.js'
import { eventPlays } from '../support/fault-plays/event-plays.js'
import { handshakePlays } from '../support/fault-plays/handshake-plays.js'
import { livePlays } from '../support/fault-plays/live-plays.js'
import { lookupPlays } from '../support/fault-plays/lookup-plays.js'
import type { Play } from '../support/fault-plays/play.js'
import { pushPlays } from '../support/fault-plays/push-plays.js'
import { sendPlays } from '../support/fault-plays/send-plays.js'
import { adapters, onFaultStage } from '../support/fault-stage.js'

/** The effect of each fault of the catalogue on a client. */
const PLAYS: Readonly<Record<string, Play>> = {
  ...handshakePlays,
  ...eventPlays,
  ...lookupPlays,
  ...sendPlays,
  ...contentPlays,
  ...livePlays,
  ...pushPlays,
}

describe.each(adapters)('the faults of the catalogue, %s', (adapter) => {
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
