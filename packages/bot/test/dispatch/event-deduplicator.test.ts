import { describe, expect, it } from 'vitest'

import type { MergedDelivery } from '../../src/common/merged-delivery.js'
import { EventDeduplicator } from '../../src/dispatch/event-deduplicator.js'
import { delivery, type TestDelivery } from '../support/deliveries.js'

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

const isAddressed = ({ frame }: Pick<TestDelivery, 'frame'>): boolean => frame.t === 'GROUP_AT_MESSAGE_CREATE'

/** What is to be handled of a delivery; `null` for a copy. */
const begin = (settlements: EventDeduplicator, one: TestDelivery): MergedDelivery | null =>
  settlements.begin(one, isAddressed)

const outcomesOf = (deliveries: readonly TestDelivery[]) => deliveries.map(({ outcomes }) => outcomes)

describe('SharedSettlement', () => {
  it('BT-04 the first copy is handled, and the waiting ones are settled with it', () => {
    const settlements = new EventDeduplicator(10)
    const copies = [event('a'), event('a'), event('a')]
    const [first, ...others] = copies.map((copy) => begin(settlements, copy))
    expect([first?.restarted, others]).toEqual([false, [null, null]])
    first?.finish('failed')
    expect(outcomesOf(copies)).toEqual([['failed'], ['failed'], ['failed']])
  })

  it('BT-04 a copy after the end is settled at once, whatever the outcome of the first', () => {
    const settlements = new EventDeduplicator(10)
    begin(settlements, event('a'))?.finish('abandoned')
    const late = event('a')
    expect(begin(settlements, late)).toBe(null)
    expect(late.outcomes).toEqual(['done'])
  })

  it('counts the first outcome only', () => {
    const settlements = new EventDeduplicator(10)
    const first = event('a')
    const settlement = begin(settlements, first)
    settlement?.finish('done')
    settlement?.finish('failed')
    expect(first.outcomes).toEqual(['done'])
  })

  it('lets unfinished events through again after forgetUnfinished', () => {
    const settlements = new EventDeduplicator(10)
    const [first, plain] = [event('a'), message(null)]
    begin(settlements, first)
    begin(settlements, plain)
    settlements.forgetUnfinished()
    expect(begin(settlements, event('a'))?.restarted).toBe(true)
    expect(begin(settlements, message('1'))?.restarted).toBe(true)
    expect(outcomesOf([first, plain])).toEqual([[], []])
  })

  it('BT-04 the end of a forgotten event does not end the one that is handled now', () => {
    const settlements = new EventDeduplicator(10)
    const first = event('a')
    const forgotten = begin(settlements, first)
    settlements.forgetUnfinished()
    forgotten?.finish('done')
    expect(first.outcomes).toEqual([])
    const again = event('a')
    begin(settlements, again)?.finish('failed')
    expect(outcomesOf([first, again])).toEqual([[], ['failed']])
    expect(begin(settlements, event('a'))).toBe(null)
  })

  it('BT-04 remembers as many finished events as given, and open ones until their end', () => {
    const make = [event, (key: string) => message(key), (key: string) => message(null, undefined, key)]
    for (const one of make) {
      const settlements = new EventDeduplicator(3)
      const first = one('open')
      const open = begin(settlements, first)
      for (let n = 0; n < 20; n += 1) {
        begin(settlements, one(String(n)))?.finish('done')
        const known = Math.min(3, n + 1)
        for (let late = n; late > n - known; late -= 1)
          expect(begin(settlements, one(String(late)))).toBe(null)
      }
      expect(begin(settlements, one('open'))).toBe(null)
      open?.finish('done')
      expect(first.outcomes).toEqual(['done'])
    }
  })

  it('BT-12 takes both events of a message for one, whatever their frames and keys', () => {
    const settlements = new EventDeduplicator(10)
    const twins = [message('1', 'GROUP_AT_MESSAGE_CREATE'), message('1', 'GROUP_MESSAGE_CREATE')]
    const [first, second] = twins.map((twin) => begin(settlements, twin))
    expect([first?.key, second]).toEqual(['group:M#1', null])
    first?.finish('done')
    expect(outcomesOf(twins)).toEqual([['done'], ['done']])
  })

  it('BT-12 other scenes and other events with the same id are kept apart', () => {
    const settlements = new EventDeduplicator(10)
    const names = [
      'GROUP_MESSAGE_CREATE',
      'C2C_MESSAGE_CREATE',
      'MESSAGE_CREATE',
      'DIRECT_MESSAGE_CREATE',
      'FRIEND_ADD',
    ]
    expect(names.map((name) => begin(settlements, message('1', name)) === null)).toEqual(
      names.map(() => false),
    )
    expect(begin(settlements, message('1', 'AT_MESSAGE_CREATE'))).toBe(null)
  })

  it('BT-12 lets an addressed copy through once, if no handler took the unaddressed message', () => {
    const settlements = new EventDeduplicator(10)
    const [plain, again, at, late] = [
      'GROUP_MESSAGE_CREATE',
      'GROUP_MESSAGE_CREATE',
      'GROUP_AT_MESSAGE_CREATE',
      'GROUP_AT_MESSAGE_CREATE',
    ].map((name) => message('1', name)) as [TestDelivery, TestDelivery, TestDelivery, TestDelivery]
    const first = begin(settlements, plain)
    first?.finish('done', true)
    expect(begin(settlements, again)).toBe(null)
    const second = begin(settlements, at)
    expect([second?.key, second?.restarted]).toEqual([first?.key, false])
    second?.finish('failed')
    expect(begin(settlements, late)).toBe(null)
    expect(outcomesOf([plain, again, at, late])).toEqual([['declined'], ['declined'], ['failed'], ['done']])
  })

  it('WH-06 copies of a click get its code, also later ones', () => {
    const settlements = new EventDeduplicator(10)
    const codes: string[] = []
    const click = (name: string, carried: boolean): TestDelivery => ({
      ...event('click'),
      acknowledge: (code) => {
        codes.push(`${name} ${code}`)
        return carried
      },
    })
    const settlement = begin(settlements, click('gateway', false))
    begin(settlements, click('webhook', true))
    expect(settlement?.acknowledge(4)).toBe(true)
    begin(settlements, click('late', true))
    expect(codes).toEqual(['gateway 4', 'webhook 4', 'late 4'])
  })

  it('BT-04 a click is recognised by its own id, over both transports, in any frame', () => {
    const settlements = new EventDeduplicator(10)
    const frame = (key: string, id: unknown): TestDelivery => ({
      ...event(key),
      frame: { op: 0, t: 'INTERACTION_CREATE', d: { id, type: 11 } },
    })
    expect(begin(settlements, frame('gateway', 'i1'))).not.toBeNull()
    expect(begin(settlements, frame('webhook', 'i1'))).toBeNull()
    expect(begin(settlements, frame('gateway 2', 'i2'))).not.toBeNull()
    // Without an id of its own it goes by its frame.
    for (const none of [undefined, '', 7]) {
      expect(begin(settlements, frame(`a ${String(none)}`, none))).not.toBeNull()
      expect(begin(settlements, frame(`a ${String(none)}`, none))).toBeNull()
      expect(begin(settlements, frame(`b ${String(none)}`, none))).not.toBeNull()
    }
  })

  it('WH-06 sends the code itself where a source throws or knows nothing of clicks', () => {
    const settlements = new EventDeduplicator(10)
    const old = { ...event('old'), acknowledge: undefined } as unknown as TestDelivery
    const throws = {
      ...event('throws'),
      acknowledge: () => {
        throw new Error('bang')
      },
    }
    expect(begin(settlements, old)?.acknowledge(0)).toBe(false)
    expect(begin(settlements, throws)?.acknowledge(0)).toBe(false)
  })
})
