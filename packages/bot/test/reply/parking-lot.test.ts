import type { LogRecord } from '@qqkit/core'
import { ManualClock } from '@qqkit/core/testing'
import { RestError } from '@qqkit/rest'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { memoryParkStore, type OutgoingMessage, type ParkStore, type Target } from '../../src/index.js'
import { ParkingLot } from '../../src/reply/parking-lot.js'

const target: Target = { scene: 'c2c', id: 'A1' }
const refusal = (delivered: RestError['delivered'] = 'no'): RestError =>
  new RestError({ code: 'proactive_refused', message: 'no', situation: 'refused', retry: 'never', delivered })

const setUp = (store: ParkStore = memoryParkStore(), maxAge = 60_000) => {
  const clock = new ManualClock()
  const records: LogRecord[] = []
  const lot = new ParkingLot({
    appId: '1',
    store,
    maxAge,
    clock,
    random: () => 0.5,
    log: (record) => void records.push(record),
  })
  const sent: OutgoingMessage[] = []
  const spareReplies = (send: () => Promise<unknown> = async () => ({}), capacity = Infinity) => ({
    target,
    capacity,
    send: async (message: OutgoingMessage) => {
      sent.push(message)
      return send()
    },
  })
  const park = async (...pieces: readonly string[]) => lot.park(target, pieces, refusal())
  return { clock, records, lot, sent, spareReplies, park }
}

const refuse =
  (delivered: RestError['delivered'] = 'no') =>
  (): Promise<never> =>
    Promise.reject(refusal(delivered))

it('BT-65 a store of parked replies that gives something else is reported, and costs no answer', async () => {
  for (const odd of ['x', 7, {}, { id: 1 }, [null], [{}], { id: 'a', target: null }]) {
    const give = async (): Promise<never> => odd as never
    const { lot, records, sent, spareReplies } = setUp({ put: give, take: give, close: give })
    await lot.release(spareReplies())
    await lot.close()
    expect(sent).toEqual([])
    expect(records.map(({ event }) => event)).toEqual(['bot.park_store_failed', 'bot.park_store_failed'])
    expect(records[0]?.error).toMatchObject({ code: 'park_store_odd' })
  }
})

describe('ParkingLot', () => {
  it('sends what waits, in order, as far as there is capacity, once', async () => {
    const { lot, sent, spareReplies, park } = setUp()
    expect(await park('1', '2')).toMatchObject({ kind: 'parked', id: null, error: { delivered: 'no' } })
    await park('3')
    await lot.release(spareReplies(undefined, 2))
    expect(sent).toEqual(['1', '2'])
    await lot.release(spareReplies())
    await lot.release(spareReplies())
    expect(sent).toEqual(['1', '2', '3'])
  })

  it('leaves other places alone', async () => {
    const { lot, sent, spareReplies, park } = setUp()
    await park('1')
    await lot.release({ ...spareReplies(), target: { scene: 'c2c', id: 'A2' } })
    await lot.release({ ...spareReplies(), target: { scene: 'group', id: 'A1' } })
    expect(sent).toEqual([])
  })

  it('gives up what has waited for too long, and says so', async () => {
    const { clock, lot, sent, spareReplies, records, park } = setUp()
    await park('old')
    await clock.advance(59_999)
    await park('young')
    await clock.advance(1)
    await lot.release(spareReplies())
    expect(sent).toEqual(['young'])
    expect(records.filter(({ level }) => level === 'warn')).toMatchObject([
      { event: 'bot.parked_reply_given_up', scene: 'c2c' },
    ])
  })

  it('puts back what was refused, keeps its place, and gives up after three attempts', async () => {
    const { lot, sent, spareReplies, records, park } = setUp()
    await park('1', '2')
    for (let attempt = 1; attempt <= 3; attempt += 1) await lot.release(spareReplies(refuse()))
    expect(sent).toEqual(['1', '1', '1'])
    expect(records.at(-1)).toMatchObject({ level: 'error', event: 'bot.parked_reply_given_up' })
    await lot.release(spareReplies())
    expect(sent.at(-1)).toBe('2')
  })

  it('BT-11 a parked reply that may have arrived is never tried again', async () => {
    const { lot, sent, spareReplies, records, park } = setUp()
    await park('1')
    await lot.release(spareReplies(refuse('unknown')))
    await lot.release(spareReplies())
    await park('2')
    await lot.release(spareReplies(async () => Promise.reject(new Error('boom'))))
    await lot.release(spareReplies())
    expect(sent).toEqual(['1', '2'])
    expect(records.filter(({ level }) => level === 'warn')).toHaveLength(2)
  })

  it('throws the error of the reply if the store fails, and reports the store once', async () => {
    const broken: ParkStore = {
      put: async () => Promise.reject(new Error('disk full')),
      take: () => {
        throw new Error('no connection')
      },
      close: async () => Promise.reject(new Error('gone')),
    }
    const { lot, spareReplies, records, park } = setUp(broken)
    await expect(park('1')).rejects.toMatchObject({ code: 'proactive_refused' })
    await lot.release(spareReplies())
    await lot.close()
    expect(records.map(({ level }) => level)).toEqual(['error', 'debug', 'debug'])
  })

  it('BT-37 says nothing at the end where every reply outlives the process, or none waits', async () => {
    const memory = memoryParkStore()
    const elsewhere: ParkStore = {
      put: async (...args) => memory.put(...args),
      take: async (place) => memory.take(place),
      close: async () => [],
    }
    const { lot, records, park } = setUp(elsewhere)
    await park('1')
    await lot.close()
    const empty = setUp()
    await empty.lot.close()
    expect([...records, ...empty.records].filter(({ level }) => level !== 'info')).toEqual([])
  })

  it('waits for a slow store for 5 s, and puts back what it gives out too late', async () => {
    const memory = memoryParkStore()
    let delay = 0
    const slow: ParkStore = {
      put: async (...args) => memory.put(...args),
      take: async (place) => {
        await new Promise<void>((resolve) => void clock.setTimer(delay, resolve))
        return memory.take(place)
      },
      close: async () => [],
    }
    const { clock, lot, sent, spareReplies, records, park } = setUp(slow)
    await park('1')
    delay = 8000
    const released = lot.release(spareReplies())
    await clock.advance(5000)
    await released
    expect(records.at(-1)).toMatchObject({ level: 'error', error: { code: 'park_store_slow' } })
    await clock.advance(3000)
    delay = 0
    const again = lot.release(spareReplies())
    await clock.advance(10)
    await again
    expect(sent).toEqual(['1'])
    expect(clock.pending).toBe(0)
  })

  it('BT-11 property: whenever the process dies, no reply is sent twice, and only those being sent are lost', async () => {
    const life = fc.record({
      parks: fc.nat(2),
      /** How many calls of store and platform this life survives. */
      calls: fc.nat(8),
      refusals: fc.array(fc.boolean(), { maxLength: 3 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 6 }), async (lives) => {
        const store = memoryParkStore()
        const parked: string[] = []
        const arrived: string[] = []
        let crashes = 0
        for (const { parks, calls, refusals } of [...lives, { parks: 0, calls: Infinity, refusals: [] }]) {
          let left = calls
          /** Never settles once the process is dead. What it was about is done before that, or not at all. */
          const alive = async <T>(work: () => Promise<T>): Promise<T> => {
            left -= 1
            if (left < 0) return new Promise(() => {})
            const result = await work()
            return left === 0 ? new Promise(() => {}) : result
          }
          const dying: ParkStore = {
            put: async (...args) => alive(async () => store.put(...args)),
            take: async (place) => alive(async () => store.take(place)),
            close: async () => [],
          }
          const { clock, lot } = setUp(dying, Infinity)
          // Ids of a later life come later.
          await clock.advance(crashes + 1)
          const live = async (): Promise<void> => {
            for (let n = 0; n < parks; n += 1) {
              const text = `${crashes}.${n}`
              await lot.park(target, [text], refusal())
              parked.push(text)
            }
            const answers = refusals.values()
            const send = async (message: OutgoingMessage): Promise<void> =>
              alive(async () => {
                if (answers.next().value === false) throw refusal()
                arrived.push(message as string)
              })
            await lot.release({ target, capacity: Infinity, send })
          }
          await Promise.race([live(), clock.settle().then(async () => clock.settle())])
          crashes += 1
        }
        expect(new Set(arrived).size).toBe(arrived.length)
        const lost = parked.filter((text) => !arrived.includes(text))
        expect(lost.length).toBeLessThanOrEqual(lives.length)
      }),
      { numRuns: 200 },
    )
  })
})
