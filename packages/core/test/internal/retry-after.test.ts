import { expect, it } from 'vitest'

import { readRetryAfter } from '../../src/internal/index.js'

const SECOND = 1000
const WALL = Date.UTC(2026, 0, 1)

it.each([
  ['7', 7 * SECOND],
  ['1.5', 1.5 * SECOND],
  [' 0 ', 0],
  ['277403', 277_403 * SECOND],
  ['Thu, 01 Jan 2026 00:00:09 GMT', 9 * SECOND],
  ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
  ['-5', null],
  ['1 fish', null],
  ['soon', null],
  ['', null],
  ['1e9', null],
  [undefined, null],
])('RS-08 reads Retry-After %j as %j ms', (header, ms) => {
  expect(readRetryAfter(header, WALL)).toBe(ms)
})
