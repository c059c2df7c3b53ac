import { describe, expect, it } from 'vitest'

import { listening, pushed } from './support/platform.js'

/** A click as in §4.5. */
const clickBody = (type: unknown = 11, n = 1): string =>
  JSON.stringify({
    op: 0,
    id: `INTERACTION_CREATE:${n}`,
    t: 'INTERACTION_CREATE',
    d: { id: `i${n}`, type, scene: 'c2c', user_openid: 'A1', data: { type } },
  })

/** The answer so far: `OPEN` until it is sent. */
const watched = (answer: Promise<Response>) => {
  const seen: { status: number | null; body: string | null } = { status: null, body: null }
  void answer.then(async (response) => {
    seen.body = await response.text()
    seen.status = response.status
  })
  return seen
}

const answered = (code: number) => ({ status: 200, body: `{"op":12,"code":${code}}` })
const OPEN = { status: null, body: null }

describe.each(['settled', 'early'] as const)('WH-06 a click, with ack: %s', (ack) => {
  it.each([11, 12, '11'])('of type %j is answered with the code that the consumer gives', async (type) => {
    const { clock, deliveries, webhook } = listening({ ack }, null)
    const answer = watched(webhook.fetch(pushed(clock, { body: clickBody(type) })))
    await clock.advance(1999)
    expect(answer).toEqual(OPEN)
    expect(deliveries[0]?.acknowledge(4)).toBe(true)
    await clock.settle()
    expect(answer).toEqual(answered(4))
    expect(clock.pending).toBe(0)
  })

  it('is answered with 0 after two seconds at the latest, independent of its delivery', async () => {
    const { clock, deliveries, webhook } = listening({ ack }, null)
    const answer = watched(webhook.fetch(pushed(clock, { body: clickBody() })))
    await clock.advance(2000)
    expect(answer).toEqual(answered(0))
    expect([deliveries[0]?.acknowledged, deliveries[0]?.acknowledge(4)]).toEqual([true, false])
    deliveries[0]?.settle('failed')
    await clock.settle()
    expect(answer).toEqual(answered(0))
  })

  it.each(['done', 'failed', 'abandoned'] as const)(
    'is answered with its code, not with its outcome (%s)',
    async (outcome) => {
      const { clock, deliveries, webhook } = listening({ ack }, outcome)
      const first = watched(webhook.fetch(pushed(clock, { body: clickBody() })))
      await clock.settle()
      expect(first).toEqual(OPEN)
      expect(deliveries[0]?.acknowledge(1)).toBe(true)
      await clock.settle()
      const copy = watched(webhook.fetch(pushed(clock, { body: clickBody() })))
      await clock.settle()
      expect([first, copy, deliveries.length]).toEqual([answered(1), answered(1), 1])
    },
  )

  it('shares its code and its two seconds with copies that come meanwhile', async () => {
    const { clock, deliveries, webhook } = listening({ ack }, null)
    const first = watched(webhook.fetch(pushed(clock, { body: clickBody() })))
    await clock.advance(1500)
    const copy = watched(webhook.fetch(pushed(clock, { body: clickBody() })))
    await clock.advance(500)
    expect([first, copy, deliveries.length]).toEqual([answered(0), answered(0), 1])
  })

  it('is pushed again when its run has ended', async () => {
    const { clock, deliveries, webhook } = listening({ ack }, null)
    const answer = watched(webhook.fetch(pushed(clock, { body: clickBody() })))
    await clock.settle()
    await webhook.close()
    await clock.settle()
    expect([answer.status, deliveries[0]?.acknowledge(4)]).toEqual([503, false])
    void webhook.run((delivery) => void delivery.acknowledge(0))
    const again = watched(webhook.fetch(pushed(clock, { body: clickBody() })))
    await clock.settle()
    expect([again, clock.pending]).toEqual([answered(0), 0])
  })

  it('makes acknowledge() return false when the client has disconnected', async () => {
    const { clock, deliveries, webhook } = listening({ ack }, null)
    const gone = new AbortController()
    const request = new Request(pushed(clock, { body: clickBody() }), { signal: gone.signal })
    void webhook.fetch(request)
    await clock.settle()
    gone.abort()
    expect([deliveries[0]?.acknowledge(4), deliveries[0]?.acknowledged]).toEqual([false, false])
  })
})

it('WH-06 a worker is kept alive for the handler of an answered click', async () => {
  const { clock, deliveries, webhook } = listening({}, null)
  const kept: Promise<unknown>[] = []
  const answer = webhook.fetch(pushed(clock, { body: clickBody() }), {
    waitUntil: (promise) => kept.push(promise),
  })
  await clock.settle()
  deliveries[0]?.acknowledge(0)
  expect((await answer).status).toBe(200)
  deliveries[0]?.settle('done')
  expect(await kept[0]).toBe('done')
})

it('WH-06 the two seconds are an option', async () => {
  const { clock, webhook } = listening({ interactionTimeout: 500 }, null)
  const answer = watched(webhook.fetch(pushed(clock, { body: clickBody() })))
  await clock.advance(500)
  expect(answer).toEqual(answered(0))
})

it('WH-06 an invalid code is not sent', async () => {
  const { clock, deliveries, webhook } = listening({}, null)
  const answer = watched(webhook.fetch(pushed(clock, { body: clickBody() })))
  await clock.settle()
  for (const code of [-1, 6, 1.5, Number.NaN, '4' as unknown as number])
    expect(deliveries[0]?.acknowledge(code)).toBe(false)
  expect(deliveries[0]?.acknowledge(5)).toBe(true)
  await clock.settle()
  expect(answer).toEqual(answered(5))
})

it.each([13, 14, 18, 9, null, 'x', {}])('WH-06 an interaction of type %j needs no code', async (type) => {
  const { clock, deliveries, webhook } = listening()
  const answer = await webhook.fetch(pushed(clock, { body: clickBody(type) }))
  expect([answer.status, await answer.text()]).toEqual([200, '{"op":12,"d":0}'])
  expect(deliveries[0]?.acknowledge(0)).toBe(false)
})
