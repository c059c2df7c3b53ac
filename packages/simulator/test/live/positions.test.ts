import { describe, expect, it } from 'vitest'

import { liveSwitches, type LiveName } from '../../src/index.js'
import { adapters, onFaultStage } from '../support/fault-stage.js'
import { errorPositions } from '../support/live-positions/error-positions.js'
import { eventPositions } from '../support/live-positions/event-positions.js'
import { gatewayPositions } from '../support/live-positions/gateway-positions.js'
import { messagePositions } from '../support/live-positions/message-positions.js'
import type { Positions } from '../support/live-positions/position.js'
import { streamPositions } from '../support/live-positions/stream-positions.js'
import { webhookPositions } from '../support/live-positions/webhook-positions.js'

/** The effect of each switch on a client, in each position. */
const POSITIONS: Positions = {
  ...errorPositions,
  ...eventPositions,
  ...gatewayPositions,
  ...messagePositions,
  ...streamPositions,
  ...webhookPositions,
}

/** The value of a position's name: digits are a number if the switch takes numbers. */
const settingOf = (name: LiveName, position: string): string | number =>
  liveSwitches[name].number !== null && /^\d+$/.test(position) ? Number(position) : position

const NAMES = Object.keys(liveSwitches) as LiveName[]

const CASES = NAMES.flatMap((name) =>
  Object.entries(POSITIONS[name] ?? {}).map(([position, story]) => ({
    name,
    value: settingOf(name, position),
    story,
  })),
)

describe.each(adapters)('the live switches in each position, %s', (adapter) => {
  it.each(CASES)('SM-07 $name: $value', async ({ name, value, story }) =>
    onFaultStage(adapter, story, { live: { [name]: value } }),
  )
})

it('SM-07 every position of every switch has its story', () => {
  for (const name of NAMES) {
    const { values, number } = liveSwitches[name]
    const covered = Object.keys(POSITIONS[name] ?? {}).filter(
      (position) => !/^\d+$/.test(position) || number === null,
    )
    expect([name, covered.toSorted()]).toEqual([name, [...values].toSorted()])
  }
})
