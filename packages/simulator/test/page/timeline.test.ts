import { describe, expect, it } from 'vitest'

import type { LogEntry, LogEntryBody } from '../../src/core/kernel/log-entry.js'
import { nextConnections, noConnections } from '../../src/page/view/connections.js'
import { createTimeline, type Timeline } from '../../src/page/view/timeline.js'
import { call, closed, opened, session } from '../support/entries.js'

/** A timeline of these entries at these seconds. */
const timelineOf = (...entries: readonly (readonly [second: number, body: LogEntryBody])[]): Timeline => {
  const timeline = createTimeline()
  let connections = noConnections
  entries.forEach(([second, body], index) => {
    const entry = { n: index + 1, at: second * 1000, ...body } as LogEntry
    connections = nextConnections(connections, entry)
    timeline.take(entry, connections.open)
  })
  return timeline
}

const struck: LogEntryBody = { kind: 'fault', change: 'struck', fault: 'f', what: '', where: '' }
const frozen: LogEntryBody = { ...opened(), change: 'frozen' }

describe('the timeline of a log', () => {
  it('SM-27 has the worst state of each moment, the longest wait and the faults', () => {
    const timeline = timelineOf(
      [0, call({ ms: 20 })],
      [1, opened()],
      [2, session('created')],
      [4, call({ ms: 900 })],
      [4, call({ ms: 30 })],
      [5, struck],
      [5, struck],
      [6, frozen],
      [8, closed()],
      [8.5, opened(2)],
      [9, session('resumed', 2)],
    )
    const { start, width, moments } = timeline.read(11_000)
    expect([start, width]).toEqual([0, 1000])
    expect(moments.map(({ state }) => state)).toEqual([
      'never',
      'joining',
      'joining',
      'ready',
      'ready',
      'ready',
      'frozen',
      'frozen',
      'away',
      'joining',
      'ready',
      'ready',
    ])
    expect(moments.map(({ wait }) => wait)).toEqual([20, 0, 0, 0, 900, 0, 0, 0, 0, 0, 0, 0])
    expect(moments.map(({ faults }) => faults)).toEqual([0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0])
  })

  it('SM-27 a bot with a missing shard is not connected as a whole', () => {
    const shard = (connection: number, index: number): LogEntryBody => ({
      ...session('created', connection),
      session: `S${index}`,
      shard: [index, 2],
    })
    const timeline = timelineOf([0, opened(1)], [0, shard(1, 0)], [2, opened(2)], [3, shard(2, 1)])
    expect(timeline.read(4000).moments.map(({ state }) => state)).toEqual([
      'joining',
      'joining',
      'joining',
      'joining',
      'ready',
    ])
  })

  it('SM-27 a night has as few moments as a minute, and loses no fault and no wait', () => {
    const hours = 10 * 3600
    const timeline = timelineOf(
      [0, opened()],
      [0, session('created')],
      [100, call({ ms: 7000 })],
      ...Array.from({ length: hours / 60 }, (_, minute) => [minute * 60 + 101, struck] as const),
      [hours, closed()],
    )
    const { moments, width, start } = timeline.read((hours + 60) * 1000)
    expect(moments.length).toBeLessThanOrEqual(480)
    expect(start + moments.length * width).toBeGreaterThan((hours + 60) * 1000)
    expect(moments.reduce((sum, { faults }) => sum + faults, 0)).toBe(hours / 60)
    expect(Math.max(...moments.map(({ wait }) => wait))).toBe(7000)
    expect(moments.at(-1)?.state).toBe('away')
    expect(moments.slice(1, -2).every(({ state }) => state === 'ready')).toBe(true)
  })

  it('SM-27 an empty log has no moments', () => {
    expect(createTimeline().read(5000)).toMatchObject({ start: 5000, moments: [] })
  })
})
