import { createRequire } from 'node:module'

import * as undici from 'undici'
import { describe, expect, it } from 'vitest'

import { undiciParts } from '../undici-parts.js'

const load = createRequire(import.meta.url)

describe('the parts of undici that are loaded alone', () => {
  it.each(Object.entries(undiciParts))('%s is what the index exports', (name, file) => {
    expect(load(`undici/${file}`)).toBe(undici[name as keyof typeof undiciParts])
  })
})
