import * as v from 'valibot'
import { describe, expect, it } from 'vitest'

import { OptionsError } from '../../src/index.js'
import { checkOptions } from '../../src/internal/index.js'

const schema = v.strictObject(
  {
    secret: v.string('the AppSecret of the bot, as text'),
    retry: v.optional(
      v.strictObject({ attempts: v.pipe(v.number('a number'), v.minValue(0, 'at least 0')) }),
    ),
  },
  (issue) => (issue.expected === 'never' ? 'is not an option' : 'an object of options'),
)

const refusal = (input: unknown): OptionsError => {
  try {
    checkOptions('Rest', schema, input)
  } catch (error) {
    if (error instanceof OptionsError) return error
    throw error
  }
  throw new Error('was accepted')
}

it('returns the output of the schema', () => {
  expect(checkOptions('Rest', schema, { secret: 'x', retry: { attempts: 2 } })).toEqual({
    secret: 'x',
    retry: { attempts: 2 },
  })
})

it('gives advice in both languages, specific to a path if there is any', () => {
  expect(refusal({}).advice).toEqual({
    en: 'Correct "secret" in the options of Rest.',
    zh: '请修改 Rest 的选项 secret。',
  })
  expect(refusal(null).advice?.zh).toBe('请检查传给 Rest 的选项。')
  const advice = { en: 'Set it.', zh: '请设置。' }
  const advise = (path: string) => (path === 'secret' ? advice : undefined)
  expect(() => checkOptions('Rest', schema, {}, advise)).toThrow(expect.objectContaining({ advice }) as Error)
})

it('names path, value and hint of a nested option', () => {
  expect(refusal({ secret: 'x', retry: { attempts: -1 } })).toMatchObject({
    path: 'retry.attempts',
    received: '-1',
    hint: 'at least 0',
  })
})

it('names an unknown option', () => {
  expect(refusal({ secret: 'x', retires: 3 }).message).toBe(
    'Rest option "retires": is not an option; received 3',
  )
})

it('RS-19 never shows the value of an option with a secret name', () => {
  const error = refusal({ secret: 12_345_678 })
  expect(error.received).toBe('[secret]')
  expect(`${error.message} ${JSON.stringify(error)}`).not.toContain('12345678')
})

it('RS-19 does not show a secret that was given as the AppID', () => {
  const id = v.strictObject({ appId: v.pipe(v.string(), v.regex(/^\d+$/, 'digits only')) })
  expect(() => checkOptions('Bot', id, { appId: 'tst-secret-0001' })).toThrow(
    'Bot option "appId": digits only; received [secret]',
  )
})

it('RS-19 does not show the password in the URL of a proxy', () => {
  const proxies = v.strictObject({ proxy: v.pipe(v.string(), v.startsWith('http', 'an http(s) URL')) })
  expect(() => checkOptions('Rest', proxies, { proxy: 'socks5://user:hunter2@proxy:1080' })).toThrow(
    'Rest option "proxy": an http(s) URL; received [secret]',
  )
})

describe('the received value is described as', () => {
  const cases: readonly (readonly [unknown, string])[] = [
    [undefined, 'undefined'],
    [null, 'null'],
    ['text', '"text"'],
    ['x'.repeat(100), 'a string of 100 characters'],
    [[1, 2], 'an array of 2'],
    [10n, '10n'],
    [Symbol('s'), 'a symbol'],
    [() => 1, 'a function'],
    [{ a: 1 }, 'an object'],
    [Number.NaN, 'NaN'],
  ]
  for (const [value, text] of cases) {
    it(text, () => {
      expect(refusal({ secret: 'x', retry: { attempts: value } }).received).toBe(text)
    })
  }
  it('the options as a whole', () => {
    expect(refusal(null)).toMatchObject({ path: '', received: 'null', hint: 'an object of options' })
  })
})
