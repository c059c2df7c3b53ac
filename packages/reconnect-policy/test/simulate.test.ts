import { readFileSync } from 'node:fs'

import {
  httpSucceeded,
  decide,
  defaultPolicy,
  definePolicy,
  explain,
  initialHistory,
  type Disconnect,
  printTimeline,
  simulate,
} from '@qqkit/reconnect-policy'
import { describe, expect, it } from 'vitest'

import { badNight } from '../examples/bad-night.js'
import { exact, feed, lived, noAddress, refused, resuming, times } from './support/feed.js'

const readme = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')

describe('simulate', () => {
  it('RP-14 reproduces the decisions exactly', () => {
    const script = [noAddress, refused, lived(90_000, 4009), resuming, lived(2_000), refused]
    const lots = [0.1, 0.9, 0.5, 0.3, 0.7, 0.2]
    const luck = (): (() => number) => {
      const rest = [...lots]
      return () => rest.shift() ?? 0
    }
    const steps = simulate(defaultPolicy, script, { random: luck() })
    const random = luck()
    let history = initialHistory
    for (const { disconnect, endedAt, decision, history: after } of steps) {
      expect(decide(defaultPolicy, history, disconnect, endedAt, random)).toEqual({
        decision,
        history: after,
      })
      history = after
    }
    expect(steps).toHaveLength(script.length)
  })

  it('RP-14 infers the session from earlier steps, and starts at the given time', () => {
    const script = [
      { cause: 'network', stage: 'connecting' },
      { cause: 'closed', stage: 'ready', openFor: 10_000, readyFor: 10_000 },
      { cause: 'network', stage: 'connecting', after: 500 },
    ] as const
    const steps = simulate(exact, script, { start: 100, history: httpSucceeded(initialHistory) })
    expect(steps.map(({ disconnect }) => disconnect.session)).toEqual([false, true, true])
    expect(steps.map(({ connectAt, endedAt }) => [connectAt, endedAt])).toEqual([
      [100, 100],
      [1_100, 11_100],
      [13_100, 13_600],
    ])
  })

  it('RP-14 ends at the first stop', () => {
    expect(simulate(definePolicy({ maxAttempts: 1 }), times(5, refused))).toHaveLength(2)
  })

  it('RP-14 prints one line per disconnect', () => {
    expect(printTimeline(simulate(exact, [refused, { ...lived(3_600_000), session: true }]))).toBe(
      [
        '0:00:00.0  network (connecting): identify in 1 s (ladder, attempt 1)',
        '1:00:01.0  closed (ready): resume in 1 s (ladder, attempt 1)',
      ].join('\n'),
    )
  })
})

describe('explain', () => {
  const policy = definePolicy({ rules: { 4004: { stopAfter: 2 }, 4915: { fatal: true } } }, exact)
  const sentence = (...disconnects: Disconnect[]): string =>
    feed(policy, disconnects).map(explain).at(-1) as string

  it('RP-14 names cause, choice, delay and attempt', () => {
    expect(sentence(refused, refused)).toBe('network (connecting): identify in 2 s (ladder, attempt 2)')
    expect(sentence(lived(90_000, 4999))).toBe('4999 (unknown, ready): resume in 1 s (ladder, attempt 1)')
    expect(sentence(refused, { ...noAddress, cause: 'rate_limited' })).toBe(
      'rate_limited (http): identify in 60 s (rate limited, still attempt 0)',
    )
    expect(sentence(lived(9_000, 'session_invalid'))).toBe(
      'session_invalid (ready): identify in 3 s (session refused, still attempt 0); session dropped (rule); new token',
    )
    expect(sentence(resuming, resuming, resuming)).toBe(
      'closed (resuming): identify in 5 s (ladder, attempt 3); session dropped (fruitless)',
    )
  })

  it('RP-14 says when an earlier wait is longer than the chosen one', () => {
    const first = decide(exact, initialHistory, { ...refused, delay: 100_000 }, 0, () => 0)
    expect(explain(decide(exact, first.history, refused, 40_000, () => 0).decision)).toBe(
      'network (connecting): identify in 60 s (ladder, attempt 1); an earlier wait outlasts 1 s',
    )
  })

  it('RP-14 names the reason of a stop', () => {
    expect(sentence(lived(9_000, 4915))).toMatch(/^4915 \(ready\): stop, fatal/)
    const unauthorized: Disconnect = { ...refused, cause: 4004 }
    expect(sentence(unauthorized, unauthorized)).toMatch(/^4004 \(connecting\): stop, 2 times in a row/)
    const { decision } = decide(
      definePolicy({ maxAttempts: 1 }),
      { ...initialHistory, attempts: 1 },
      refused,
      0,
      () => 0,
    )
    expect(explain(decision)).toMatch(/^network \(connecting\): stop, no attempts left/)
  })
})

describe('the READMEs', () => {
  it.each(['README.md', 'README.zh-CN.md'])('RP-14 %s shows the output of the bad night', (name) => {
    expect(readme(name)).toContain(`\n${printTimeline(badNight())}\n`)
  })

  it('RP-11 README.md lists every field with its default', () => {
    const { rules, ...knobs } = defaultPolicy
    const text = readme('README.md').replaceAll(/ +/g, ' ')
    for (const [knob, value] of Object.entries(knobs)) {
      const shown = JSON.stringify(value).replaceAll(/([,:])/g, '$1 ')
      expect(text).toContain(`| \`${knob}\` | \`${shown}\` |`)
    }
    for (const cause of Object.keys(rules)) expect(text).toContain(`\`${cause}\``)
  })
})
