import { subscribe, unsubscribe } from 'node:diagnostics_channel'

import { expect, it } from 'vitest'

import type { LogRecord } from '../../src/index.js'
import { createLog, fromLevel, takesLevel } from '../../src/internal/index.js'

const record: LogRecord = { level: 'info', event: 'test.happened', attempt: 2 }

it('passes the same record to the sink and to the diagnostics channel', () => {
  const published: unknown[] = []
  const sunk: LogRecord[] = []
  const onRecord = (message: unknown): void => {
    published.push(message)
  }
  subscribe('qqkit:log-test', onRecord)
  createLog('log-test', (entry) => sunk.push(entry))(record)
  unsubscribe('qqkit:log-test', onRecord)
  expect([sunk, published]).toEqual([[record], [record]])
  expect(published[0]).toBe(sunk[0])
})

it('is silent without a sink', () => {
  expect(() => createLog('unsubscribed')(record)).not.toThrow()
})

it('ignores errors of the sink', () => {
  const log = createLog('broken', () => {
    throw new Error('disk full')
  })
  expect(() => log(record)).not.toThrow()
})

it.each([
  ['debug', ['debug', 'info', 'warn', 'error']],
  ['warn', ['warn', 'error']],
  ['silent', []],
] as const)('from level %s a sink takes %j, and says so beforehand', (least, taken) => {
  const seen: LogRecord[] = []
  const sink = fromLevel(least, (entry) => seen.push(entry))
  const levels = ['debug', 'info', 'warn', 'error'] as const
  for (const level of levels) sink({ ...record, level })
  expect(seen.map(({ level }) => level)).toEqual(taken)
  expect(levels.filter((level) => takesLevel(sink, level))).toEqual(taken)
})

it('takes all levels of a sink that does not tell, and none without a sink', () => {
  expect([takesLevel(() => {}, 'debug'), takesLevel(undefined, 'error')]).toEqual([true, false])
})
