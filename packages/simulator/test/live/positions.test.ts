import { describe, it } from 'vitest'

import { ADAPTERS, onFaultStage } from '../faults/fault-stage.js'
import { errorPositions } from './positions/error-positions.js'
import { gatewayPositions } from './positions/gateway-positions.js'
import { messagePositions } from './positions/message-positions.js'
import { webhookPositions } from './positions/webhook-positions.js'
import type { Positions } from './positions/position.js'

/** What a client sees of each switch, in each position. */
const POSITIONS: Positions = {
  ...errorPositions,
  ...gatewayPositions,
  ...messagePositions,
  ...webhookPositions,
}

const CASES = Object.entries(POSITIONS).flatMap(([name, stories]) =>
  Object.entries(stories).map(([value, story]) => ({ name, value, story })),
)

describe.each(ADAPTERS)('the live switches in each position, %s', (adapter) => {
  it.each(CASES)('SM-07 $name: $value', async ({ name, value, story }) =>
    onFaultStage(adapter, story, { live: { [name]: value } }),
  )
})
