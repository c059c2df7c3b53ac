import type { Delivery } from '@qqkit/core'
import { describe, expect, it } from 'vitest'

import { clickId } from '../src/events/raw-event.js'
import { click } from './support/hand-source.js'
import { redisOfTests } from './support/redis-of-tests.js'
import { publishing } from './support/running.js'

const { stage } = redisOfTests()

const publish = () => publishing(stage.process()).hand

/** Ids of clicks that workers have acknowledged before their delivery. */
let early: string[] = []

/** A worker that acknowledges at intake; with `'handler'` its handlers do. */
const work = ({ ack = 'intake', slots = 100 }: { ack?: 'intake' | 'handler'; slots?: number } = {}) => {
  const redis = stage.process()
  const deliveries: Delivery[] = []
  const source = redis.source({ slots })
  source
    .run((delivery) => void deliveries.push(delivery), {
      acknowledge: ack === 'intake' ? (frame) => void early.push(clickId(frame)!) : undefined,
    })
    .catch(() => {})
  return { deliveries, source }
}

const given = (deliveries: readonly Delivery[]): readonly unknown[] =>
  deliveries.map(({ frame, acknowledged }) => `${clickId(frame)} ${acknowledged}`)

const unfinished = async (): Promise<number> => (await stage.queue('clicks').snapshot()).bodies.size

describe('RD-35 a click that waits over a gateway', () => {
  it('RD-35 is acknowledged once by either of two workers, and handled in its turn', async () => {
    early = []
    const hand = publish()
    const workers = [work(), work()]
    const deliveries = (): readonly Delivery[] => workers.flatMap((one) => one.deliveries)
    hand.push(click('i0', 'ann'))
    await stage.until(() => deliveries().length === 1, 'nobody begins')
    const ids = Array.from({ length: 20 }, (_, index) => `i${index + 1}`)
    for (const id of ids) hand.push(click(id, 'ann'))
    await stage.until(() => early.length >= ids.length, 'not acknowledged')
    expect(deliveries().length).toBe(1)
    const order: unknown[] = []
    for (let turn = 0; turn <= ids.length; turn += 1) {
      const isNext = ({ frame }: Delivery): boolean => clickId(frame) === `i${turn}`
      await stage.until(() => deliveries().some(isNext), `i${turn} is not handled`)
      const delivery = deliveries().find(isNext)
      order.push(delivery?.acknowledged)
      delivery?.settle('done')
    }
    // The first one as well, where a worker asks before another one has taken it.
    expect(order).toEqual(['i0', ...ids].map((id) => early.includes(id)))
    expect(early.filter((id) => id !== 'i0').toSorted()).toEqual(ids.toSorted())
    expect(new Set(early).size).toBe(early.length)
    await stage.until(async () => (await unfinished()) === 0, 'it is not empty')
  })

  it('RD-35 is acknowledged where all slots are full, and where its worker starts late', async () => {
    early = []
    const hand = publish()
    for (const who of ['ann', 'bob', 'bob']) hand.push(click(`i${early.push('')}`, who))
    early = []
    await stage.until(async () => (await unfinished()) === 3, 'not published')
    const { deliveries } = work({ slots: 1 })
    await stage.until(() => early.length === 2, 'not acknowledged')
    hand.push(click('i4', 'cid'))
    await stage.until(() => early.length === 3, 'not acknowledged with full slots')
    expect([given(deliveries), early]).toEqual([['i1 false'], ['i2', 'i3', 'i4']])
  })

  it('RD-35 is acknowledged where its person has stopped it before', async () => {
    early = []
    const hand = publish()
    hand.push(click('i1', 'ann'))
    await stage.until(async () => (await unfinished()) === 1, 'not published')
    const queue = stage.queue('clicks')
    const [conversation = ''] = (await queue.snapshot()).ready.keys()
    await queue.stop({ conversation, before: '9999999999999999', said: null, waiting: true })
    const { deliveries } = work()
    await stage.until(async () => (await unfinished()) === 0, 'it is not left out')
    expect([given(deliveries), early]).toEqual([[], ['i1']])
  })

  it("RD-35 waits for the code of its handler with interactionAck: 'handler'", async () => {
    early = []
    const hand = publish()
    const { deliveries } = work({ ack: 'handler' })
    for (const id of ['i1', 'i2']) hand.push(click(id, 'ann'))
    await stage.until(async () => (await unfinished()) === 2, 'not published')
    await stage.until(() => deliveries.length === 1, 'nobody begins')
    deliveries[0]?.settle('done')
    await stage.until(() => deliveries.length === 2, 'it is not handled')
    expect([given(deliveries), early]).toEqual([['i1 false', 'i2 false'], []])
  })

  it('RD-35 is not acknowledged where a front has answered it', async () => {
    early = []
    const hand = publish()
    hand.carriesCodes = true
    const { deliveries } = work()
    for (const id of ['i1', 'i2']) hand.push(click(id, 'ann'))
    await stage.until(async () => (await unfinished()) === 2, 'not published')
    hand.carriesCodes = false
    hand.push(click('i3', 'ann'))
    await stage.until(() => early.length === 1, 'not acknowledged')
    expect([given(deliveries), early]).toEqual([['i1 true'], ['i3']])
  })
})
