import { type LogRecord, QqkitError } from '@qqkit/core'
import { ManualClock } from '@qqkit/core/testing'
import { describe, expect, it } from 'vitest'

import { stderrSink, type StderrOptions } from '../../src/index.js'

const advised = new QqkitError({
  code: 'x',
  message: 'it broke',
  advice: { en: 'Mend it.', zh: '请修好它。' },
  cause: new QqkitError({ code: 'y', message: 'the wire was cut' }),
})

const written = (env: Record<string, string>, locale: string, ...records: LogRecord[]): readonly string[] => {
  const all: string[] = []
  const sink = stderrSink({ write: (line) => all.push(line), env, locale: () => locale, time: false })
  for (const record of records) sink(record)
  return all
}
const lines = (env: Record<string, string>, ...records: LogRecord[]): readonly string[] =>
  written(env, 'en-US', ...records)

describe('stderrSink', () => {
  it.each<readonly [string, StderrOptions, readonly string[]]>([
    ['by default', {}, ['info', 'warn', 'error']],
    ['by QQKIT_LOG', { env: { QQKIT_LOG: 'debug' } }, ['debug', 'info', 'warn', 'error']],
    ['by QQKIT_LOG in capitals', { env: { QQKIT_LOG: ' ERROR ' } }, ['error']],
    ['by a QQKIT_LOG that is no level', { env: { QQKIT_LOG: 'loud' } }, ['info', 'warn', 'error']],
    [
      'by an option, which comes before QQKIT_LOG',
      { level: 'warn', env: { QQKIT_LOG: 'debug' } },
      ['warn', 'error'],
    ],
    ['not at all', { level: 'silent' }, []],
  ])('MT-06 writes records from a level on: %s', (_what, options, written) => {
    const all: string[] = []
    const sink = stderrSink({ env: {}, ...options, time: false, write: (line) => all.push(line) })
    for (const level of ['debug', 'info', 'warn', 'error'] as const) sink({ level, event: 'e', message: 'm' })
    expect(all).toEqual(written.map((level) => `qqkit ${level}: m\n`))
  })

  it('MT-06 begins lines with the time on the clock, unless told otherwise', () => {
    const all: string[] = []
    const wall = new Date(2026, 0, 31, 8, 5, 9).getTime()
    const clock = new ManualClock(wall)
    const sink = stderrSink({ env: { LANG: 'C' }, clock, write: (line) => all.push(line) })
    sink({ level: 'warn', event: 'e', message: 'm' })
    expect(all).toEqual(['2026-01-31 08:05:09 qqkit warn: m\n'])
  })

  it('writes warnings and errors as one line each, and no debugging', () => {
    expect(
      lines(
        { QQKIT_LOG: 'warn' },
        { level: 'debug', event: 'a' },
        { level: 'info', event: 'b' },
        { level: 'warn', event: 'c', message: 'something\n  is odd' },
        { level: 'error', event: 'd', code: 42, reason: 'too "late"', nested: {} },
      ),
    ).toEqual(['qqkit warn: something is odd\n', 'qqkit error: d code=42 reason="too \\"late\\""\n'])
  })

  it('gives advice and causes, in Chinese where the environment says so', () => {
    const record: LogRecord = { level: 'error', event: 'e', message: 'the bot has stopped', error: advised }
    expect(lines({}, record)).toEqual([
      'qqkit error: the bot has stopped: it broke — Mend it. ← the wire was cut\n',
    ])
    for (const env of [{ LANG: 'zh_CN.UTF-8' }, { LANG: 'en_US.UTF-8', LC_ALL: 'zh_TW' }])
      expect(lines(env, record)[0]).toContain('请修好它。')
    expect(lines({ LANG: 'zh_CN', LC_ALL: 'C' }, record)[0]).toContain('Mend it.')
    expect(lines({ LANG: 'en_US', LC_MESSAGES: 'zh_CN' }, record)[0]).toContain('请修好它。')
    // Windows says it elsewhere.
    expect(written({}, 'zh-CN', record)[0]).toContain('请修好它。')
    expect(written({ LANG: 'C' }, 'zh-CN', record)[0]).toContain('Mend it.')
  })

  it('GW-31 gives the advice of a record that has no error', () => {
    const advice = { en: 'Ask for less.', zh: '请减少 intents。' }
    const record: LogRecord = { level: 'error', event: 'e', message: 'refused', advice }
    expect(lines({ LANG: 'C' }, record)).toEqual(['qqkit error: refused — Ask for less.\n'])
    expect(lines({ LANG: 'zh_CN' }, record)).toEqual(['qqkit error: refused — 请减少 intents。\n'])
  })

  it('does not repeat a cause that says the same', () => {
    const error = new QqkitError({ code: 'x', message: 'same', cause: new Error('same') })
    expect(lines({}, { level: 'error', event: 'e', error })).toEqual(['qqkit error: e: same\n'])
  })

  it('shows where in the user’s code an error came from', () => {
    const [line] = lines(
      {},
      { level: 'error', event: 'e', message: 'a handler failed', error: new TypeError('x is not') },
    )
    expect(line).toMatch(
      /^qqkit error: a handler failed: TypeError: x is not \(.*stderr-sink\.test\.ts:\d+:\d+\)\n$/,
    )
  })

  it('MT-12 shows what a terminal would obey, and cuts a line at 10 000 characters', () => {
    const said = '\u001B[2J\u001B]0;title\u0007 a\rb\tc\u202Ed\u009B1m 天气 😀'
    const [line] = lines({}, { level: 'error', event: 'e', message: 'failed', error: said })
    expect(line).toBe(
      'qqkit error: failed: \\u001b[2J\\u001b]0;title\\u0007 a\\u000db c\\u202ed\\u009b1m 天气 😀\n',
    )
    const [long = ''] = lines({}, { level: 'error', event: 'e', error: new Error('😀'.repeat(100_000)) })
    expect(long.length).toBeLessThan(10_002)
    expect(() => encodeURIComponent(long)).not.toThrow()
    expect(long.endsWith('\n')).toBe(true)
  })

  it('takes whatever was thrown', () => {
    expect(lines({}, { level: 'error', event: 'e', error: 'just text' })).toEqual([
      'qqkit error: e: just text\n',
    ])
  })
})

it('BT-33 whatever was thrown gets its line', () => {
  const explode = (): never => {
    throw new Error('looked at')
  }
  const circle = new QqkitError({ code: 'x', message: 'one' })
  Object.assign(circle, { cause: new QqkitError({ code: 'x', message: 'two', cause: circle }) })
  const lines: string[] = []
  const sink = stderrSink({ write: (line) => lines.push(line), time: false })
  const thrown = [
    Object.create(null),
    { toString: explode },
    Symbol('x'),
    Object.assign(new Error('x'), { name: Symbol('n') }),
    Object.defineProperty(new Error('x'), 'message', { get: explode }),
    new Proxy({}, { get: explode, getPrototypeOf: explode }),
    circle,
  ]
  for (const error of thrown) sink({ level: 'error', event: 'bot.handler_failed', message: 'failed', error })
  expect(lines).toHaveLength(thrown.length)
  for (const line of lines) expect(line).toMatch(/^qqkit error: failed: .{1,100}/)
})
