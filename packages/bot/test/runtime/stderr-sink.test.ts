import { type LogRecord, QqkitError } from '@qqkit/core'
import { describe, expect, it } from 'vitest'

import { stderrSink } from '../../src/index.js'

const advised = new QqkitError({
  code: 'x',
  message: 'it broke',
  advice: { en: 'Mend it.', zh: '请修好它。' },
  cause: new QqkitError({ code: 'y', message: 'the wire was cut' }),
})

const written = (env: Record<string, string>, locale: string, ...records: LogRecord[]): readonly string[] => {
  const all: string[] = []
  const sink = stderrSink(
    (line) => all.push(line),
    env,
    () => locale,
  )
  for (const record of records) sink(record)
  return all
}
const lines = (env: Record<string, string>, ...records: LogRecord[]): readonly string[] =>
  written(env, 'en-US', ...records)

describe('stderrSink', () => {
  it('writes warnings and errors as one line each, and nothing else', () => {
    expect(
      lines(
        {},
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
  const sink = stderrSink((line) => lines.push(line))
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
