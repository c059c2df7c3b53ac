import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { readJson } from '../../src/page/controls/read-json.js'

describe('the place of a mistake in JSON', () => {
  it.each([
    ['nojson', 'line 1, column 2'],
    ['{"a": 1,}', 'line 1, column 9'],
    ['{\n  "a": 1\n  "b": 2\n}', 'line 3, column 3'],
    ["{'a': 1}", 'line 1, column 2'],
    ['[1, 2', 'line 1, column 6'],
    ['{"a": tru }', 'line 1, column 10'],
    ['', 'line 1, column 1'],
  ])('SM-20 %j', (text, place) => {
    expect(() => readJson(text)).toThrow(`This is not JSON: ${place}.`)
  })

  it('SM-20 is where a foreign character stands, whatever is before it', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (json, number) => {
        const at = number % (json.length + 1)
        // Within a text it is no mistake.
        fc.pre(!json.includes('"'))
        const broken = `${json.slice(0, at)}§${json.slice(at)}`
        expect(() => readJson(broken)).toThrow(`line 1, column ${at + 1}.`)
      }),
    )
  })
})
