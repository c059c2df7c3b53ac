import {
  decide,
  defaultPolicy,
  definePolicy,
  initialHistory,
  type Disconnect,
  PolicyError,
  type PolicyOptions,
} from '@qqkit/reconnect-policy'
import { describe, expect, it } from 'vitest'

const refusal = (options: unknown): PolicyError => {
  try {
    definePolicy(options as PolicyOptions)
  } catch (error) {
    if (error instanceof PolicyError) return error
    throw error
  }
  throw new Error('the policy was taken')
}

const isFrozen = (value: unknown): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (Object.isFrozen(value) && Object.values(value).every(isFrozen))

describe('definePolicy', () => {
  it('RP-08 returns a frozen policy that survives a JSON round trip', () => {
    const policy = definePolicy({ ladder: [5, 5, 9], rules: { 4009: { session: 'drop' } } })
    expect(JSON.parse(JSON.stringify(policy))).toEqual(policy)
    expect(definePolicy(policy)).toEqual(policy)
    expect(definePolicy()).toEqual(defaultPolicy)
    expect(isFrozen(policy) && isFrozen(defaultPolicy) && isFrozen(initialHistory)).toBe(true)
  })

  it('RP-08 neither freezes nor keeps its arguments', () => {
    const ladder = [1_000]
    const policy = definePolicy({ ladder })
    ladder.push(1)
    expect(policy.ladder).toEqual([1_000])
  })

  it('RP-11 an override changes only its rule, and of that rule only the fields that it names', () => {
    const base = definePolicy({ rules: { 4009: { resumeTries: 1 }, 4004: { token: 'refresh' } } })
    const strict = definePolicy({ rules: { 4009: { session: 'drop' } } }, base)
    expect(strict).toEqual({
      ...base,
      rules: { ...base.rules, 4009: { ...base.rules[4009], session: 'drop' } },
    })
    expect(strict.rules[4009]).toMatchObject({ resumeTries: 1, session: 'drop' })
  })

  it.each([4_999, 'constructor', '__proto__', 'toString'])(
    'RP-11 %s, a cause without a row, resumes on the ladder and is marked unknown',
    (cause) => {
      const disconnect: Disconnect = {
        cause,
        session: true,
        stage: 'ready',
        openFor: 60_000,
        readyFor: 60_000,
      }
      const { decision } = decide(defaultPolicy, initialHistory, disconnect, 0, () => 0)
      expect(decision).toMatchObject({ action: 'resume', known: false, delay: 1_000, why: 'ladder' })
    },
  )

  it('RP-11 a rule of any name makes its cause known', () => {
    const policy = definePolicy(
      JSON.parse('{"rules":{"__proto__":{"stopAfter":2},"constructor":{"stopAfter":2}}}'),
    )
    for (const cause of ['__proto__', 'constructor']) {
      const first = decide(policy, initialHistory, { cause, session: false, stage: 'connecting' }, 0, () => 0)
      expect(first.decision).toMatchObject({ action: 'identify', known: true })
      const second = decide(policy, first.history, { cause, session: false, stage: 'connecting' }, 0, () => 0)
      expect(second.decision).toMatchObject({ action: 'stop', reason: 'repeated', count: 2 })
    }
  })

  it('treats undefined values as not given', () => {
    expect(definePolicy({ jitter: undefined } as unknown as PolicyOptions)).toEqual(defaultPolicy)
  })

  it.each([
    [{ jitter: Number.NaN }, 'jitter', 'NaN'],
    [{ jitter: 1.5 }, 'jitter', '1.5'],
    [{ jitter: '0.2' }, 'jitter', '"0.2"'],
    [{ ladder: [] }, 'ladder', '[object Array]'],
    [{ ladder: 5 }, 'ladder', '5'],
    [{ ladder: [1_000, 500] }, 'ladder.1', '500'],
    [{ ladder: [0] }, 'ladder.0', '0'],
    [{ httpLadder: [1, Infinity] }, 'httpLadder.1', 'Infinity'],
    [{ httpLadder: [-1] }, 'httpLadder.0', '-1'],
    [{ rateLimited: 86_400_001 }, 'rateLimited', '86400001'],
    [{ sessionRefused: null }, 'sessionRefused', 'null'],
    [{ stableAfter: true }, 'stableAfter', 'true'],
    [{ maxAttempts: 0 }, 'maxAttempts', '0'],
    [{ maxAttempts: Infinity }, 'maxAttempts', 'Infinity'],
    [{ resumeTries: 2.5 }, 'resumeTries', '2.5'],
    [{ quick: { count: 0 } }, 'quick.count', '0'],
    [{ quick: 3 }, 'quick', '3'],
    [{ quick: new Map() }, 'quick', '[object Map]'],
    [{ rules: { 4009: { delay: 'soon' } } }, 'rules.4009.delay', '"soon"'],
    [{ rules: { 4009: { delay: Number.NaN } } }, 'rules.4009.delay', 'NaN'],
    [{ rules: { 4009: { fatal: 1 } } }, 'rules.4009.fatal', '1'],
    [{ rules: { 4009: { session: 'lose' } } }, 'rules.4009.session', '"lose"'],
    [{ rules: { 4009: { stopAfter: 0 } } }, 'rules.4009.stopAfter', '0'],
    [{ rules: { 4009: { advice: 'x' } } }, 'rules.4009.advice', '"x"'],
    [{ rules: [] }, 'rules', '[object Array]'],
    [{ Ladder: [1] }, 'Ladder', '[object Array]'],
    [{ constructor: 1 }, 'constructor', '1'],
    [null, '', 'null'],
    ['fast', '', '"fast"'],
  ])('RP-09 refuses %j', (options, path, received) => {
    const error = refusal(options)
    expect(error).toMatchObject({ name: 'PolicyError', code: 'invalid_options', path, received })
    expect(error.message).toContain(`${error.hint}; received ${received}`)
    expect(error.hint).not.toBe('')
  })
})
