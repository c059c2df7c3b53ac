import { readdirSync, readFileSync } from 'node:fs'

import { expect, it } from 'vitest'

import { errorRow } from '../../src/core/rules/errors.js'

const CORE = new URL('../../src/core/', import.meta.url)

/** The codes that the core names where it refuses: six digits and more, or five in a call of `refuse`. */
const named = new Set(
  readdirSync(CORE, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.startsWith('rules'))
    .flatMap((file) => [
      ...readFileSync(new URL(file, CORE), 'utf8').matchAll(
        /refuse\(world, (\d+)|(?:return|\?|:|code) (\d{6,8})\b/g,
      ),
    ])
    .map(([, first, second]) => Number(first ?? second))
    // The codes of the token endpoint have their texts beside them (§1.2).
    .filter((code) => !(code > 100_000 && code < 100_100)),
)

it('SM-03 every refusal of the platform has a text', () => {
  expect(named.size).toBeGreaterThan(30)
  expect([...named].filter((code) => errorRow(code).message.startsWith('error '))).toEqual([])
})
