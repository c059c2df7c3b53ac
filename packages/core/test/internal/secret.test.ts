import { inspect } from 'node:util'

import { expect, it } from 'vitest'

import { Secret } from '../../src/internal/index.js'

it('RS-19 shows a placeholder in every kind of output', () => {
  const secret = new Secret('tst-secret-0001')
  const shown = [
    String(secret),
    ['as text:', secret].join(' '),
    JSON.stringify({ secret }),
    inspect({ deep: { secret } }, { showHidden: true, depth: 9 }),
    JSON.stringify(Object.entries(secret)),
    JSON.stringify(structuredClone(Object.assign({}, secret))),
  ].join('\n')
  expect(shown).not.toContain('tst-secret')
  expect(shown).toContain('[secret]')
  expect(secret.reveal()).toBe('tst-secret-0001')
})
