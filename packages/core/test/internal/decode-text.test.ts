import { Buffer } from 'node:buffer'

import { expect, it } from 'vitest'

import { decodeText } from '../../src/internal/index.js'

const TEXT = '{"名": 1}\r\n'

it.each([
  ['without a mark', Buffer.from(TEXT)],
  ['with a mark', Buffer.from(`\uFEFF${TEXT}`)],
  ['of PowerShell', Buffer.from(`\uFEFF${TEXT}`, 'utf16le')],
  ['in the order of the network', Buffer.from(`\uFEFF${TEXT}`, 'utf16le').swap16()],
])('CL-06 a file %s is read', (_what, bytes) => {
  expect(decodeText(bytes)).toBe(TEXT)
})
