import { describe, expect, it } from 'vitest'

import { SharedSettlement } from '../../src/dedupe/shared-settlement.js'
import { delivery } from '../fixtures/deliveries.js'

const event = (key: string) => delivery('FRIEND_ADD', { openid: 'A1' }, { key })

describe('SharedSettlement', () => {
  it('BT-04 lets the first copy through, and settles those that wait with it', () => {
    const settlements = new SharedSettlement(10)
    const copies = [event('a'), event('a'), event('a')]
    expect(copies.map((copy) => settlements.begin(copy))).toEqual(['first', 'copy', 'copy'])
    settlements.finish('a', 'failed')
    expect(copies.map(({ outcomes }) => outcomes)).toEqual([['failed'], ['failed'], ['failed']])
  })

  it('BT-04 has nothing left to do for a copy that comes afterwards, whatever became of the first', () => {
    const settlements = new SharedSettlement(10)
    settlements.begin(event('a'))
    settlements.finish('a', 'abandoned')
    const late = event('a')
    expect(settlements.begin(late)).toBe('copy')
    expect(late.outcomes).toEqual(['done'])
  })

  it('counts the first outcome only', () => {
    const settlements = new SharedSettlement(10)
    const first = event('a')
    settlements.begin(first)
    settlements.finish('a', 'done')
    settlements.finish('a', 'failed')
    expect(first.outcomes).toEqual(['done'])
  })

  it('handles again what was not finished when it was told to forget', () => {
    const settlements = new SharedSettlement(10)
    const first = event('a')
    settlements.begin(first)
    settlements.forgetUnfinished()
    expect(settlements.begin(event('a'))).toBe('again')
    expect(first.outcomes).toEqual([])
  })

  it('BT-04 does not take the end of a forgotten event for that of the one which is handled now', () => {
    const settlements = new SharedSettlement(10)
    const first = event('a')
    settlements.begin(first)
    settlements.forgetUnfinished()
    settlements.finish('a', 'done')
    expect(first.outcomes).toEqual([])
    const again = event('a')
    expect(settlements.begin(again)).toBe('again')
    settlements.finish('a', 'failed')
    expect([first.outcomes, again.outcomes]).toEqual([[], ['failed']])
    expect(settlements.begin(event('a'))).toBe('copy')
  })

  it('BT-04 remembers finished events, as many as it was told, and open ones for as long as they are', () => {
    const settlements = new SharedSettlement(3)
    const open = event('open')
    settlements.begin(open)
    for (let n = 0; n < 20; n += 1) {
      settlements.begin(event(String(n)))
      settlements.finish(String(n), 'done')
      const known = Math.min(3, n + 1)
      for (let late = n; late > n - known; late -= 1)
        expect(settlements.begin(event(String(late)))).toBe('copy')
    }
    expect(settlements.begin(event('open'))).toBe('copy')
    settlements.finish('open', 'done')
    expect(open.outcomes).toEqual(['done'])
  })
})
