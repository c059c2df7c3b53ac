import { expect, it } from 'vitest'

import { parseTimestamp } from '../../src/internal/index.js'

const AT = Date.UTC(2026, 8, 1, 1, 8, 6)

it.each([
  ['2026-09-01T09:08:06+08:00', AT],
  ['2026-09-01T01:08:06Z', AT],
  ['2026-09-01 09:08:06 +0800 CST m=+12.3', AT],
  ['2026-09-01 09:08:06.238123456 +0800 CST', AT + 238],
  [AT / 1000, AT],
  [String(AT / 1000), AT],
  [AT, AT],
  [String(AT + 7), AT + 7],
  [0, 0],
  [Infinity, null],
  ['', null],
  ['yesterday', null],
  [{}, null],
  [null, null],
])('RS-05 the timestamp %j is %j', (timestamp, ms) => {
  expect(parseTimestamp(timestamp)).toBe(ms)
})
