import { definePolicy, type Loss } from '@qqkit/reconnect-policy'
import { describe, expect, it } from 'vitest'

import { actions, exact, feed, lived, refused, resuming, times, waits } from './support/feed.js'

const policy = definePolicy(
  {
    rules: {
      4004: { token: 'refresh', stopAfter: 5 },
      4006: { session: 'drop' },
      4009: { resumeTries: 1 },
      4014: { fatal: true },
    },
  },
  exact,
)

const last = (losses: readonly Loss[]): unknown => feed(policy, losses).at(-1)

describe('resume or identify', () => {
  it('GW-10 what 4009 ended is resumed; lost without a replayed frame, it is identified anew', () => {
    expect(actions(feed(policy, [lived(1_800_000, 4009), resuming]))).toEqual(['resume', 'identify'])
    expect(last([lived(1_800_000, 4009), resuming])).toMatchObject({
      session: 'dropped',
      dropped: 'fruitless',
    })
  })

  it('GW-10 an outage before anything is said costs the session nothing', () => {
    const cut: Loss = { ...refused, session: true }
    const mute: Loss = { stage: 'greeting', openFor: 10_000, cause: 4006, session: true }
    const outage = [lived(1_800_000, 4009), ...times(20, cut), ...times(20, mute)]
    expect(actions(feed(policy, outage)).every((action) => action === 'resume')).toBe(true)
    expect(last([...outage, resuming])).toMatchObject({ dropped: 'fruitless' })
  })

  it('GW-12 three fruitless RESUMEs in a row drop the session; one that brought a frame starts the count over', () => {
    const fruitful: Loss = { ...resuming, replayed: true }
    expect(actions(feed(policy, [lived(60_000), ...times(3, resuming)]))).toEqual([
      'resume',
      'resume',
      'resume',
      'identify',
    ])
    expect(actions(feed(policy, [resuming, resuming, fruitful, ...times(3, resuming)])).at(-2)).toBe('resume')
    expect(last([lived(60_000), resuming, { ...resuming, cause: 4009 }, resuming])).toMatchObject({
      dropped: 'fruitless',
    })
  })

  it('GW-09 a rule that drops the session drops it once something was said', () => {
    expect(last([lived(60_000, 4006)])).toMatchObject({
      action: 'identify',
      session: 'dropped',
      dropped: 'rule',
    })
    expect(last([{ ...lived(60_000, 4006), session: false }])).toMatchObject({
      session: 'none',
      dropped: null,
    })
  })

  it('GW-09 five 4004 without READY stop; READY in between starts the count over', () => {
    const unauthorized: Loss = { stage: 'identifying', openFor: 6_000, cause: 4004, session: false }
    const stopped = feed(policy, times(5, unauthorized))
    expect(waits(stopped)).toEqual([1, 2, 5, 10, 'repeated'])
    expect(stopped[0]).toMatchObject({ token: 'refresh' })
    expect(stopped[4]).toMatchObject({ strikes: 5 })
    expect(last([...times(4, unauthorized), lived(6_000), ...times(4, unauthorized)])).toMatchObject({
      action: 'identify',
    })
  })

  it('GW-09 a RESUME refused for its token costs the session nothing, also after 4009', () => {
    const token: Loss = { ...resuming, cause: 4004 }
    expect(actions(feed(policy, [lived(1_800_000, 4009), token, token]))).toEqual([
      'resume',
      'resume',
      'resume',
    ])
    expect(last([lived(1_800_000, 4009), token, resuming])).toMatchObject({ dropped: 'fruitless' })
    // Without a bound of its own it would go on for ever.
    const unbounded = definePolicy({ rules: { 4004: { token: 'refresh' } } }, exact)
    expect(actions(feed(unbounded, times(3, token)))).toEqual(['resume', 'resume', 'identify'])
  })

  it('GW-09 stopping is judged like any other loss: what it says about the session is in the decision', () => {
    const token: Loss = { ...resuming, cause: 4004 }
    expect(last(times(5, token))).toMatchObject({ action: 'stop', session: 'kept', dropped: null })
    const strict = definePolicy({ rules: { 4014: { session: 'drop' } } }, policy)
    const stop = feed(strict, [lived(60_000, 4014)]).at(-1)
    expect(stop).toMatchObject({ action: 'stop', session: 'dropped', dropped: 'rule' })
    const without: Loss = { ...lived(60_000, 4014), session: false }
    expect(last([without])).toMatchObject({ action: 'stop', session: 'none' })
  })

  it('GW-11 a fatal rule stops', () => {
    expect(last([lived(60_000, 4014)])).toMatchObject({ action: 'stop', reason: 'fatal', cause: '4014' })
  })
})
