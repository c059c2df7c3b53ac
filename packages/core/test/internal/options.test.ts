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
  expect(refusal({ secret: 'x', retry: 5 }).advice).toEqual({
    en: 'Correct "retry" in the options of Rest.',
    zh: '请修改 Rest 的选项 retry。',
  })
  expect(refusal(null).advice?.zh).toBe('请检查传给 Rest 的选项。')
  const advice = { en: 'Set it.', zh: '请设置。' }
  const advise = (path: string) => (path === 'secret' ? advice : undefined)
  expect(() => checkOptions('Rest', schema, { secret: 5 }, advise)).toThrow(
    expect.objectContaining({ advice }) as Error,
  )
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

it.each([
  'default:hunter2@127.0.0.1:6379',
  'redis:/:hunter2@127.0.0.1',
  'redis://:hunter2@127.0.0.1:99999',
  'http://user:hunter2@h',
])('RS-19 does not show the password in an address, right or wrong: %s', (url) => {
  const addresses = v.strictObject({ url: v.pipe(v.string(), v.startsWith('ok:', 'an address')) })
  expect(() => checkOptions('qqkitRedis', addresses, { url })).toThrow(
    'qqkitRedis option "url": an address; received [secret]',
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

describe('MT-01 an option that looks like an environment variable that is not set', () => {
  const settings = v.strictObject(
    {
      appId: v.pipe(v.string('digits'), v.regex(/^\d+$/, 'digits')),
      secret: v.string('text'),
      baseUrl: v.optional(v.string('a URL')),
      token: v.optional(v.string('text')),
      prefix: v.optional(v.pipe(v.string('text'), v.nonEmpty('not empty'))),
    },
    'is needed',
  )
  const good = { appId: '1', secret: 's' }
  const told = (options: object): OptionsError => {
    try {
      checkOptions('Bot', settings, { ...good, ...options })
    } catch (error) {
      return error as OptionsError
    }
    throw new Error('was accepted')
  }
  it.each<[string, unknown, string]>([
    ['appId', undefined, 'undefined'],
    ['appId', '', '""'],
    ['appId', '  ', '"  "'],
    ['secret', undefined, 'undefined'],
    ['secret', null, 'null'],
    ['secret', 'undefined', '"undefined"'],
    ['secret', '$QQ_APP_SECRET', '"$QQ_APP_SECRET"'],
    ['secret', '${QQ_APP_SECRET}', '"${QQ_APP_SECRET}"'],
    ['secret', '%QQ_APP_SECRET%', '"%QQ_APP_SECRET%"'],
    ['baseUrl', '', '""'],
    ['token', '', '""'],
  ])('%s: %j', (path, value, received) => {
    const error = told({ [path]: value })
    expect(error).toMatchObject({ path, received })
    expect(error.message).toMatch(/\(is the environment variable set\?\); received /)
    expect(error.advice?.en).toContain(`Set the environment variable that "${path}" is read from`)
    expect(error.advice?.zh).toContain(`请设置选项 ${path} 所读取的环境变量`)
  })

  it('a missing option is undefined too', () => {
    expect(() => checkOptions('Bot', settings, { secret: 's' })).toThrow(
      'Bot option "appId": is needed (is the environment variable set?); received undefined',
    )
  })

  it('any other wrong value is not, and a secret stays a secret', () => {
    const wrong = [told({ appId: 'tst-secret-0001' }), told({ secret: 5 }), told({ prefix: '' })]
    for (const { message } of wrong) expect(message).not.toContain('environment')
    expect(wrong.map(({ received }) => received)).toEqual(['[secret]', '[secret]', '""'])
  })
})

describe('MT-02 a name that is nearly right is named', () => {
  const NAMES = ['GUILDS', 'GUILD_MEMBERS', 'INTERACTION'] as const
  const shape = v.strictObject(
    {
      intents: v.union(
        [v.number(), v.array(v.picklist(NAMES, 'one of the list'), 'a list')],
        'a mask, or names',
      ),
      mode: v.optional(v.union([v.picklist(['drop', 'keep']), v.function()], 'a mode, or a function')),
      retry: v.optional(v.strictObject({ attempts: v.optional(v.number()) }, 'unknown')),
    },
    'there is no such option',
  )
  const told = (options: object): string => {
    try {
      checkOptions('Gateway', shape, { intents: 1, ...options })
    } catch (error) {
      return (error as OptionsError).message
    }
    return 'was accepted'
  }
  it.each<[object, string]>([
    [
      { intents: ['GUILDS', 'GUILD_MEMBER'] },
      'Gateway option "intents.1": one of the list (did you mean "GUILD_MEMBERS"?); received "GUILD_MEMBER"',
    ],
    [
      { intents: ['interactions'] },
      'Gateway option "intents.0": one of the list (did you mean "INTERACTION"?); received "interactions"',
    ],
    [
      { intents: ['NOTHING_LIKE_IT'] },
      'Gateway option "intents.0": one of the list; received "NOTHING_LIKE_IT"',
    ],
    [{ intents: [7] }, 'Gateway option "intents.0": one of the list; received 7'],
    [{ intents: 'GUILDS' }, 'Gateway option "intents": a mask, or names; received "GUILDS"'],
    [
      { mode: 'dorp' },
      'Gateway option "mode": a mode, or a function (did you mean "drop"?); received "dorp"',
    ],
    [{ intent: 1 }, 'Gateway option "intent": there is no such option (did you mean "intents"?); received 1'],
    [
      { retry: { attempt: 1 } },
      'Gateway option "retry.attempt": unknown (did you mean "attempts"?); received 1',
    ],
  ])('%j', (options, message) => {
    expect(told(options)).toBe(message)
  })
})

describe('MT-11 what is no object of options is told, though a schema of objects takes it', () => {
  it.each([
    [[], 'not as a list'],
    [Promise.resolve({}), 'await the promise'],
  ])('%j', (given, hint) => {
    expect(() => checkOptions('Gateway', v.looseObject({}), given)).toThrow(hint)
  })
})
