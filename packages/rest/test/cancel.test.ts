import { getEventListeners } from 'node:events'

import { ManualClock } from '@qqkit/core/testing'
import { expect, it } from 'vitest'

import { WindowLimiter } from '../src/index.js'
import { ANCHOR, restHarness, C2C, CHANNEL, failure, sent, type RestHarness } from './support/rest-harness.js'
import type { Reply } from './support/scripted-dispatcher.js'

const SECOND = 1000
const reason = new Error('the user went away')

const hangs = (made: RestHarness): void => {
  made.dispatcher.script = () => 'hang'
}
const refreshHangs = (made: RestHarness): void => {
  let tokens = 0
  made.dispatcher.script = ({ path }) => {
    if (!path.endsWith('Token')) return failure(11244)
    tokens += 1
    return tokens === 1 ? { status: 200, body: { access_token: 'AT_1', expires_in: '7200' } } : 'hang'
  }
}
const nothing = (): void => {}

/** Where a call can be when its caller leaves. */
const PLACES: readonly (readonly [string, Reply, (made: RestHarness) => void])[] = [
  ['connecting', 'connecting', nothing],
  ['waiting for the answer', 'hang', nothing],
  ['reading the body', 'half', nothing],
  ['backing off', 'refused', nothing],
  ['rate limited', { status: 429 }, nothing],
  ['waiting for the token', sent(), hangs],
  ['refreshing the token', sent(), refreshHangs],
]

it.each(PLACES)(
  'RS-13 abort while %s rejects at once, and nothing further is sent',
  async (_, reply, prepare) => {
    const made = restHarness([reply])
    prepare(made)
    const controller = new AbortController()
    const call = made.rest.send(C2C, 'hi', { anchor: ANCHOR, signal: controller.signal })
    await made.clock.advance(100)
    const before = made.dispatcher.seen.length
    controller.abort(reason)
    const started = made.clock.now()
    await expect(call).rejects.toBe(reason)
    expect(made.clock.now()).toBe(started)
    await made.clock.settle()
    // Not even a timer that would find nothing to do.
    expect(made.clock.pending).toBe(0)
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
    await made.clock.advance(120 * SECOND)
    expect(made.dispatcher.seen).toHaveLength(before)
  },
)

it('RS-13 a successful call leaves no listener, however many calls share a signal', async () => {
  const made = restHarness([sent()])
  const { signal } = new AbortController()
  const many = Array.from({ length: 20 }, () => made.rest.send(C2C, 'hi', { signal }))
  await made.settle(Promise.all(many))
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
})

it('RS-13 the last waiting caller cancels the token request and frees its permits', async () => {
  const clock = new ManualClock()
  const limiter = new WindowLimiter({ clock, limits: {}, concurrency: 2 })
  const made = restHarness([sent()], { limiter })
  hangs(made)
  const controller = new AbortController()
  const { signal } = controller
  const calls = [1, 2].map(() => made.rest.send(C2C, 'hi', { signal }).catch((error: unknown) => error))
  await made.clock.advance(100)
  expect(limiter.snapshot()).toEqual({ busy: 2, waiting: 0 })
  controller.abort(reason)
  expect(await Promise.all(calls)).toEqual([reason, reason])
  await made.clock.settle()
  expect(limiter.snapshot()).toEqual({ busy: 0, waiting: 0 })
  expect([made.dispatcher.seen.length, made.dispatcher.aborted]).toEqual([1, 1])
})

it('RS-13 the limiter removes its listener from the signal of a granted call', async () => {
  const clock = new ManualClock()
  const limiter = new WindowLimiter({ clock, limits: {}, concurrency: 1 })
  const scope = { routeClass: 'any', target: '', priority: 1, proactive: false, maxWait: Infinity }
  const controller = new AbortController()
  const first = await limiter.acquire(scope, controller.signal)
  const second = limiter.acquire(scope, controller.signal)
  if (!first.granted) throw new Error('expected a place')
  first.settle({ kind: 'sent' })
  expect(await second).toMatchObject({ granted: true })
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
})

it('RS-13 abort while queued rejects at once and gives the place to the next one', async () => {
  const clock = new ManualClock()
  const limiter = new WindowLimiter({ clock, limits: {}, concurrency: 1 })
  const made = restHarness(['hang'], { limiter })
  const first = made.rest.send(C2C, 'first').catch(() => null)
  await made.clock.settle()
  const controller = new AbortController()
  const second = made.rest.send(C2C, 'second', { signal: controller.signal })
  await made.clock.settle()
  controller.abort(reason)
  await expect(second).rejects.toBe(reason)
  expect(limiter.snapshot()).toEqual({ busy: 1, waiting: 0 })
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
  await made.settle(first)
  expect(limiter.snapshot()).toEqual({ busy: 0, waiting: 0 })
})

it('RS-13 a request in flight is aborted', async () => {
  const { rest, clock, dispatcher } = restHarness(['hang'])
  const controller = new AbortController()
  const call = rest.send(C2C, 'hi', { signal: controller.signal })
  await clock.settle()
  controller.abort(reason)
  await expect(call).rejects.toBe(reason)
  expect(dispatcher.aborted).toBe(1)
})

it('RS-13 a request that is still connecting is never sent', async () => {
  const { rest, clock, dispatcher, calls } = restHarness(async () => {
    await clock.settle()
    return sent()
  })
  const controller = new AbortController()
  await rest.access.token()
  const call = rest.send(C2C, 'hi', { signal: controller.signal })
  controller.abort(reason)
  await expect(call).rejects.toBe(reason)
  await clock.settle()
  await clock.settle()
  expect(dispatcher.aborted).toBe(calls.length)
})

it('RS-13 a call whose signal has aborted before is not begun', async () => {
  const { rest, dispatcher } = restHarness([sent()])
  const signal = AbortSignal.abort(reason)
  await expect(rest.send(C2C, 'hi', { signal })).rejects.toBe(reason)
  await expect(rest.recall(C2C, 'm', { signal })).rejects.toBe(reason)
  await expect(rest.request('GET /users/@me', { signal })).rejects.toBe(reason)
  await expect(rest.interactions.ack('i', 0, { signal })).rejects.toBe(reason)
  await expect(rest.access.token({ signal })).rejects.toBe(reason)
  await expect(rest.access.gateway({ signal })).rejects.toBe(reason)
  expect(dispatcher.seen).toHaveLength(0)
})

it('RS-13 of two concurrent gateway lookups one can be aborted alone', async () => {
  const { rest, clock, calls } = restHarness(async () => {
    await clock.settle()
    return { status: 200, body: { url: 'wss://x' } }
  })
  const controller = new AbortController()
  const leaver = rest.access.gateway({ signal: controller.signal })
  const stayer = rest.access.gateway()
  controller.abort(reason)
  await expect(leaver).rejects.toBe(reason)
  expect(await stayer).toEqual({ url: 'wss://x' })
  expect(calls).toHaveLength(1)
})

it('close waits for calls in flight, refuses new ones and leaves no timer', async () => {
  const { rest, clock, settle } = restHarness(['reset', sent()])
  const call = rest.send(C2C, 'hi', { anchor: ANCHOR })
  await clock.settle()
  const closing = rest.close()
  expect(rest.close()).toBe(closing)
  await expect(rest.send(C2C, 'late')).rejects.toMatchObject({ code: 'closed', delivered: 'no' })
  expect(await settle(call)).toMatchObject({ kind: 'sent' })
  await settle(closing)
  expect(clock.now()).toBeLessThan(5 * SECOND)
  expect(clock.pending).toBe(0)
  await expect(rest.access.token()).rejects.toMatchObject({ code: 'closed' })
})

it('close ends what takes too long, and says that it may have been delivered', async () => {
  const { rest, clock, settle } = restHarness(['hang'])
  const call = rest.send(C2C, 'hi').catch((error: unknown) => error)
  await clock.settle()
  await settle(rest.close({ timeout: SECOND }))
  expect(clock.now()).toBe(SECOND)
  expect(await call).toMatchObject({ code: 'closed', delivered: 'unknown' })
  expect(clock.pending).toBe(0)
})

it('close does not wait for the renewal of a token', async () => {
  const made = restHarness([sent()])
  await made.rest.send(C2C, 'hi')
  await made.clock.advance(7160 * SECOND)
  made.dispatcher.script = (request) => (request.path.endsWith('Token') ? 'hang' : sent())
  await made.rest.send(C2C, 'hi')
  await made.settle(made.rest.close())
  await made.clock.settle()
  expect(made.clock.pending).toBe(0)
  expect(made.records.filter(({ level }) => level === 'warn')).toEqual([])
})

it('close of one client does not disturb another', async () => {
  const one = restHarness([sent()])
  const two = restHarness([sent()])
  await one.rest.close()
  expect(await two.rest.send(CHANNEL, 'hi')).toMatchObject({ kind: 'sent' })
})

it('close ends every wait for a token', async () => {
  const { rest, clock, dispatcher, settle } = restHarness([sent()])
  dispatcher.script = () => 'hang'
  const waiting = rest.access.token().catch((error: unknown) => error)
  await clock.settle()
  await settle(rest.close({ timeout: SECOND }))
  expect(await Promise.race([waiting, clock.settle().then(() => 'pending')])).toMatchObject({
    code: 'closed',
  })
  expect(clock.pending).toBe(0)
})

it.each([Number.NaN, Infinity, -1, '5s', null])(
  'close with a timeout of %j rejects and closes nothing; asked properly it closes',
  async (timeout) => {
    const { rest, settle } = restHarness([sent()])
    const closing = rest.close({ timeout: timeout as number })
    await expect(closing).rejects.toMatchObject({ code: 'invalid_request', path: 'timeout' })
    expect(await rest.send(C2C, 'hi')).toMatchObject({ kind: 'sent' })
    await settle(rest.close({ timeout: 0 }))
    await expect(rest.send(C2C, 'late')).rejects.toMatchObject({ code: 'closed' })
  },
)

it('RS-13 an interceptor can cancel the later stages with its own signal', async () => {
  const { rest, clock, dispatcher } = restHarness(['hang'])
  const own = new AbortController()
  rest.use((call, next) => next({ ...call, signal: AbortSignal.any([call.signal, own.signal]) }), {
    around: 'attempt',
  })
  const call = rest.send(C2C, 'hi', { anchor: ANCHOR })
  await clock.settle()
  own.abort(reason)
  await expect(call).rejects.toBe(reason)
  expect(dispatcher.aborted).toBe(1)
  expect(clock.pending).toBe(0)
})

it('RS-13 the abort of a call cancels all concurrent attempts of an interceptor', async () => {
  const { rest, clock, dispatcher } = restHarness(['hang'])
  rest.use((call, next) => Promise.race([next(call), next({ ...call })]), { around: 'attempt' })
  const controller = new AbortController()
  const call = rest.send(C2C, 'hi', { anchor: ANCHOR, signal: controller.signal })
  await clock.settle()
  controller.abort(reason)
  await expect(call).rejects.toBe(reason)
  expect(dispatcher.aborted).toBe(2)
  await clock.settle()
  expect(clock.pending).toBe(0)
})

it('RS-13 an interceptor that calls next() after the end of the call sends nothing', async () => {
  const { rest, clock, calls } = restHarness([sent()])
  let late: Promise<unknown> | undefined
  rest.use(async (call, next) => {
    await new Promise((resolve) => call.signal.addEventListener('abort', resolve))
    late = next(call)
    return late as ReturnType<typeof next>
  })
  await rest.access.token()
  const controller = new AbortController()
  const call = rest.send(C2C, 'hi', { signal: controller.signal })
  await clock.settle()
  controller.abort(reason)
  await expect(call).rejects.toBe(reason)
  await expect(late).rejects.toBe(reason)
  expect(calls).toHaveLength(0)
})
