import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { Context } from '../../src/context/context.js'
import { KeyedQueue } from '../../src/dispatch/keyed-queue.js'
import { c2c, delivery, group, type TestDelivery } from '../support/deliveries.js'
import { Stage } from '../support/stage.js'
import { task } from '../support/task.js'

/** Handlers that end at once take a shorter way than those that return a promise. Both ways lead to the same end. */

/** A value that throws when it is looked at. */
const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

/** A function that `await` waits for. */
const rejecting = (): unknown => {
  // oxlint-disable-next-line unicorn/no-thenable -- query builders are such functions
  return Object.assign(() => {}, {
    then: (_: unknown, reject: (error: Error) => void) => reject(new Error('no')),
  })
}

/** What a handler does with each event: by its text. */
const act = (ctx: Context, log: string[], stage: Stage): unknown => {
  const said = ctx.event === 'message' ? ctx.text : ctx.name
  log.push(`${ctx.event === 'message' ? ctx.author.id : ''} ${said}`)
  if (said === 'throw') throw new Error('bang')
  if (said === 'revoked') return revoked()
  if (said === 'callable') return rejecting()
  if (said === 'reply') return ctx.reply('pong')
  if (said === 'forget') void ctx.reply('pong')
  if (said === 'more') stage.intake.deliver(c2c('hi', ctx.target?.id))
  return undefined
}

interface Step {
  readonly said: string
  readonly user: string
  readonly make: 'c2c' | 'group' | 'other'
}

const deliveryOf = ({ said, user, make }: Step): TestDelivery => {
  if (make === 'c2c') return c2c(said, user)
  if (make === 'group') return group(said, user)
  return delivery('FRIEND_ADD', { openid: user })
}

/** What became of events whose handlers answer at once, or only later. */
const play = async (steps: readonly Step[], later: boolean) => {
  const stage = new Stage()
  const log: string[] = []
  const errors: string[] = []
  stage.handlers.catch((error, ctx) => errors.push(`${ctx.name} ${(error as Error).message}`))
  const handle = (ctx: Context): unknown => act(ctx, log, stage)
  const handler = later ? async (ctx: Context): Promise<unknown> => handle(ctx) : handle
  stage.handlers.on('message', null, handler)
  stage.handlers.on('FRIEND_ADD', null, handler)
  const outcomes = []
  for (const step of steps) {
    const event = deliveryOf(step)
    stage.intake.deliver(event)
    await stage.intake.idle()
    outcomes.push(event.outcomes)
  }
  expect(stage.clock.pending).toBe(0)
  expect(stage.intake.size).toEqual({ running: 0, waiting: 0 })
  return { log, errors, outcomes, texts: stage.texts }
}

describe('BT-01 a handler that ends at once', () => {
  it('property: leaves the same behind as one that returns a promise', async () => {
    const step = fc.record({
      said: fc.constantFrom('hi', 'throw', 'revoked', 'callable', 'reply', 'forget', 'more'),
      user: fc.constantFrom('A1', 'A2'),
      make: fc.constantFrom('c2c', 'group', 'other' as const),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        expect(await play(steps, false)).toEqual(await play(steps, true))
      }),
      { numRuns: 60 },
    )
  })

  it('is settled before its source continues, and sets no timer', () => {
    const stage = new Stage()
    stage.handlers.on('message', null, () => {})
    const event = c2c('hi')
    stage.intake.deliver(event)
    expect(event.outcomes).toEqual(['done'])
    expect(stage.clock.pending).toBe(0)
  })

  it('keeps the order of its conversation where it brings more events itself', () => {
    const stage = new Stage()
    const log: string[] = []
    stage.handlers.on('message', null, (ctx) => {
      log.push(`begin ${ctx.text}`)
      if (ctx.text === 'one') for (const text of ['two', 'three']) stage.intake.deliver(c2c(text, 'A1'))
      if (ctx.text === 'one') stage.intake.deliver(c2c('other', 'A2'))
      log.push(`end ${ctx.text}`)
    })
    stage.intake.deliver(c2c('one', 'A1'))
    expect(log).toEqual([
      'begin one',
      'begin other',
      'end other',
      'end one',
      'begin two',
      'end two',
      'begin three',
      'end three',
    ])
  })

  it('does not end deep in the stack, however many waited', async () => {
    const queue = new KeyedQueue({ concurrency: 1, waiting: 20_000, onFull: () => 'drop-oldest' })
    let open = (): void => {}
    queue.push(task('first', { run: async () => new Promise((resolve) => (open = resolve)) }))
    let count = 0
    for (let n = 0; n < 20_000; n += 1) queue.push(task(`${n % 7}`, { run: () => void (count += 1) }))
    open()
    await queue.idle()
    expect(count).toBe(20_000)
  })

  it('property: a queue starts the same tasks in the same order, whether they end at once or a moment later', async () => {
    const job = fc.record({ key: fc.constantFrom('a', 'b'), brings: fc.nat(2) })
    const run = async (jobs: readonly { key: string; brings: number }[], later: boolean) => {
      const queue = new KeyedQueue({ concurrency: 2, waiting: 100, onFull: () => 'drop-oldest' })
      const byKey = new Map<string, string[]>()
      const push = (key: string, name: string, brings: number): void =>
        queue.push(
          task(key, {
            run: () => {
              byKey.set(key, [...(byKey.get(key) ?? []), name])
              for (let n = 0; n < brings; n += 1) push(key, `${name}.${n}`, 0)
              return later ? Promise.resolve() : undefined
            },
          }),
        )
      for (const [n, { key, brings }] of jobs.entries()) {
        push(key, String(n), brings)
        await queue.idle()
      }
      return byKey
    }
    await fc.assert(
      fc.asyncProperty(fc.array(job, { maxLength: 10 }), async (jobs) => {
        expect(await run(jobs, false)).toEqual(await run(jobs, true))
      }),
    )
  })
})
