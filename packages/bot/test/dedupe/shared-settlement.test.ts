import { describe, expect, it } from 'vitest'

import { SharedSettlement } from '../../src/dedupe/shared-settlement.js'
import { delivery, type TestDelivery } from '../fixtures/deliveries.js'

const event = (key: string): TestDelivery => delivery('FRIEND_ADD', { openid: 'A1' }, { key })

/** A group message under one of its two names (§4.3), with or without an index. */
const message = (index: string | null, name = 'GROUP_MESSAGE_CREATE', id = 'M'): TestDelivery =>
  delivery(name, {
    id,
    content: 'hi',
    group_openid: 'G1',
    author: { member_openid: 'C1' },
    ...(index !== null && { message_scene: { source: 'default', ext: [`msg_idx=${index}`] } }),
  })

const outcomesOf = (deliveries: readonly TestDelivery[]) => deliveries.map(({ outcomes }) => outcomes)

describe('SharedSettlement', () => {
  it('BT-04 lets the first copy through, and settles those that wait with it', () => {
    const settlements = new SharedSettlement(10)
    const copies = [event('a'), event('a'), event('a')]
    const [first, ...others] = copies.map((copy) => settlements.begin(copy))
    expect([first?.again, others]).toEqual([false, [null, null]])
    first?.finish('failed')
    expect(outcomesOf(copies)).toEqual([['failed'], ['failed'], ['failed']])
  })

  it('BT-04 has nothing left to do for a copy that comes afterwards, whatever became of the first', () => {
    const settlements = new SharedSettlement(10)
    settlements.begin(event('a'))?.finish('abandoned')
    const late = event('a')
    expect(settlements.begin(late)).toBe(null)
    expect(late.outcomes).toEqual(['done'])
  })

  it('counts the first outcome only', () => {
    const settlements = new SharedSettlement(10)
    const first = event('a')
    const settlement = settlements.begin(first)
    settlement?.finish('done')
    settlement?.finish('failed')
    expect(first.outcomes).toEqual(['done'])
  })

  it('handles again what was not finished when it was told to forget', () => {
    const settlements = new SharedSettlement(10)
    const [first, plain] = [event('a'), message(null)]
    settlements.begin(first)
    settlements.begin(plain)
    settlements.forgetUnfinished()
    expect(settlements.begin(event('a'))?.again).toBe(true)
    expect(settlements.begin(message('1'))?.again).toBe(true)
    expect(outcomesOf([first, plain])).toEqual([[], []])
  })

  it('BT-04 does not take the end of a forgotten event for that of the one which is handled now', () => {
    const settlements = new SharedSettlement(10)
    const first = event('a')
    const forgotten = settlements.begin(first)
    settlements.forgetUnfinished()
    forgotten?.finish('done')
    expect(first.outcomes).toEqual([])
    const again = event('a')
    settlements.begin(again)?.finish('failed')
    expect(outcomesOf([first, again])).toEqual([[], ['failed']])
    expect(settlements.begin(event('a'))).toBe(null)
  })

  it('BT-04 remembers finished events, as many as it was told, and open ones for as long as they are', () => {
    const make = [event, (key: string) => message(key), (key: string) => message(null, undefined, key)]
    for (const one of make) {
      const settlements = new SharedSettlement(3)
      const first = one('open')
      const open = settlements.begin(first)
      for (let n = 0; n < 20; n += 1) {
        settlements.begin(one(String(n)))?.finish('done')
        const known = Math.min(3, n + 1)
        for (let late = n; late > n - known; late -= 1)
          expect(settlements.begin(one(String(late)))).toBe(null)
      }
      expect(settlements.begin(one('open'))).toBe(null)
      open?.finish('done')
      expect(first.outcomes).toEqual(['done'])
    }
  })

  it('BT-12 takes both events of a message for one, whatever their frames and keys', () => {
    const settlements = new SharedSettlement(10)
    const twins = [message('1', 'GROUP_AT_MESSAGE_CREATE'), message('1', 'GROUP_MESSAGE_CREATE')]
    const [first, second] = twins.map((twin) => settlements.begin(twin))
    expect([first?.key, second]).toEqual(['group:M#1', null])
    first?.finish('done')
    expect(outcomesOf(twins)).toEqual([['done'], ['done']])
  })

  it('BT-12 keeps apart what only shares an id: other scenes, and events that are no messages', () => {
    const settlements = new SharedSettlement(10)
    const names = [
      'GROUP_MESSAGE_CREATE',
      'C2C_MESSAGE_CREATE',
      'MESSAGE_CREATE',
      'DIRECT_MESSAGE_CREATE',
      'FRIEND_ADD',
    ]
    expect(names.map((name) => settlements.begin(message('1', name)) === null)).toEqual(
      names.map(() => false),
    )
    expect(settlements.begin(message('1', 'AT_MESSAGE_CREATE'))).toBe(null)
  })

  it('WH-06 tells copies of a click its code, also those that come later', () => {
    const settlements = new SharedSettlement(10)
    const codes: string[] = []
    const click = (name: string, carried: boolean): TestDelivery => ({
      ...event('click'),
      acknowledge: (code) => {
        codes.push(`${name} ${code}`)
        return carried
      },
    })
    const settlement = settlements.begin(click('gateway', false))
    settlements.begin(click('webhook', true))
    expect(settlement?.acknowledge(4)).toBe(true)
    settlements.begin(click('late', true))
    expect(codes).toEqual(['gateway 4', 'webhook 4', 'late 4'])
  })

  it('WH-06 sends the code itself where a source throws or knows nothing of clicks', () => {
    const settlements = new SharedSettlement(10)
    const old = { ...event('old'), acknowledge: undefined } as unknown as TestDelivery
    const throws = {
      ...event('throws'),
      acknowledge: () => {
        throw new Error('bang')
      },
    }
    expect(settlements.begin(old)?.acknowledge(0)).toBe(false)
    expect(settlements.begin(throws)?.acknowledge(0)).toBe(false)
  })
})
