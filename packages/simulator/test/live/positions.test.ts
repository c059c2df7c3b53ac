import { describe, it } from 'vitest'

import { LIVE_SWITCHES, type LiveName } from '../../src/index.js'
import { ADAPTERS, onFaultStage } from '../faults/fault-stage.js'
import { errorPositions } from './positions/error-positions.js'
import { gatewayPositions } from './positions/gateway-positions.js'
import { messagePositions } from './positions/message-positions.js'
import { streamPositions } from './positions/stream-positions.js'
import { webhookPositions } from './positions/webhook-positions.js'
import type { Positions } from './positions/position.js'

/** What a client sees of each switch, in each position. */
const POSITIONS: Positions = {
  ...errorPositions,
  ...gatewayPositions,
  ...messagePositions,
  ...streamPositions,
  ...webhookPositions,
}

/** Names of positions are texts; for a switch that takes numbers, one of digits is meant as a number. */
const settingOf = (name: LiveName, position: string): string | number =>
  LIVE_SWITCHES[name].number !== null && /^\d+$/.test(position) ? Number(position) : position

const CASES = (Object.keys(POSITIONS) as LiveName[]).flatMap((name) =>
  Object.entries(POSITIONS[name] ?? {}).map(([position, story]) => ({
    name,
    value: settingOf(name, position),
    story,
  })),
)

describe.each(ADAPTERS)('the live switches in each position, %s', (adapter) => {
  it.each(CASES)('SM-07 $name: $value', async ({ name, value, story }) =>
    onFaultStage(adapter, story, { live: { [name]: value } }),
  )
})
