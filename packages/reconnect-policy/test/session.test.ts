import { definePolicy, type Disconnect } from '@qqkit/reconnect-policy'
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

const last = (disconnects: readonly Disconnect[]): unknown => feed(policy, disconnects).at(-1)

describe('resume or identify', () => {
  it('GW-10 after 4009 the session is resumed; after a RESUME without a replayed frame it is identified again', () => {
    expect(actions(feed(policy, [lived(1_800_000, 4009), resuming]))).toEqual(['resume', 'identify'])
    expect(last([lived(1_800_000, 4009), resuming])).toMatchObject({
      session: 'dropped',
      dropped: 'fruitless',
    })
  })

  it('GW-10 an outage before IDENTIFY or RESUME does not affect the session', () => {
    const cut: Disconnect = { ...refused, session: true }
    const mute: Disconnect = { stage: 'greeting', openFor: 10_000, cause: 4006, session: true }
    const outage = [lived(1_800_000, 4009), ...times(20, cut), ...times(20, mute)]
    expect(actions(feed(policy, outage)).every((action) => action === 'resume')).toBe(true)
    expect(last([...outage, resuming])).toMatchObject({ dropped: 'fruitless' })
  })

  it('GW-12 three fruitless RESUMEs in a row drop the session; a replayed frame resets the count', () => {
    const fruitful: Disconnect = { ...resuming, replayed: true }
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

  it('GW-09 a rule that drops the session applies once IDENTIFY or RESUME was sent', () => {
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

  it('GW-09 five 4004 without READY lead to stop; READY in between resets the count', () => {
    const unauthorized: Disconnect = { stage: 'identifying', openFor: 6_000, cause: 4004, session: false }
    const stopped = feed(policy, times(5, unauthorized))
    expect(waits(stopped)).toEqual([1, 2, 5, 10, 'repeated'])
    expect(stopped[0]).toMatchObject({ token: 'refresh' })
    expect(stopped[4]).toMatchObject({ count: 5 })
    expect(last([...times(4, unauthorized), lived(6_000), ...times(4, unauthorized)])).toMatchObject({
      action: 'identify',
    })
  })

  it('GW-09 a RESUME refused for its token does not affect the session, also after 4009', () => {
    const token: Disconnect = { ...resuming, cause: 4004 }
    expect(actions(feed(policy, [lived(1_800_000, 4009), token, token]))).toEqual([
      'resume',
      'resume',
      'resume',
    ])
    expect(last([lived(1_800_000, 4009), token, resuming])).toMatchObject({ dropped: 'fruitless' })
    // Without `stopAfter` it would repeat for ever.
    const unbounded = definePolicy({ rules: { 4004: { token: 'refresh' } } }, exact)
    expect(actions(feed(unbounded, times(3, token)))).toEqual(['resume', 'resume', 'identify'])
  })

  it('GW-09 a stop says whether the session is kept, like any other decision', () => {
    const token: Disconnect = { ...resuming, cause: 4004 }
    expect(last(times(5, token))).toMatchObject({ action: 'stop', session: 'kept', dropped: null })
    const strict = definePolicy({ rules: { 4014: { session: 'drop' } } }, policy)
    const stop = feed(strict, [lived(60_000, 4014)]).at(-1)
    expect(stop).toMatchObject({ action: 'stop', session: 'dropped', dropped: 'rule' })
    const without: Disconnect = { ...lived(60_000, 4014), session: false }
    expect(last([without])).toMatchObject({ action: 'stop', session: 'none' })
  })

  it('GW-11 a fatal rule leads to stop', () => {
    expect(last([lived(60_000, 4014)])).toMatchObject({ action: 'stop', reason: 'fatal', cause: '4014' })
  })
})
