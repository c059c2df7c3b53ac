import type { DeliveryLease, StateStore } from '@qqkit/core'
import { describe, expect, it } from 'vitest'

import type { Context } from '../../src/context/context.js'
import { history, session, throttle } from '../../src/middleware/index.js'
import type { Middleware } from '../../src/routing/layers.js'
import { c2c } from '../support/deliveries.js'
import { TestLease } from '../support/memory-ledger.js'
import { Stage } from '../support/stage.js'

/** A store that notes which lease each change had. */
class NotingStore<T> implements StateStore<T> {
  readonly values = new Map<string, T>()
  readonly leases: (DeliveryLease | undefined)[] = []

  load(key: string): T | undefined {
    return this.values.get(key)
  }

  save(key: string, value: T, lease?: DeliveryLease): void {
    this.leases.push(lease)
    this.values.set(key, structuredClone(value))
  }

  remove(key: string, lease?: DeliveryLease): void {
    this.leases.push(lease)
    this.values.delete(key)
  }
}

/** Middleware that saves after its handler. */
const SAVING: readonly (readonly [string, (store: NotingStore<never>) => Middleware<Context>])[] = [
  [
    'session',
    (store) => {
      const turns = session({ initial: () => ({ count: 0 }), store })
      return Object.assign(
        async (ctx: Context, next: () => Promise<void>) =>
          turns(ctx, async () => {
            turns.of(ctx).count += 1
            await next()
          }),
        {},
      )
    },
  ],
  ['history', (store) => history({ store })],
  ['throttle', (store) => throttle({ limit: 1, window: 1000, store })],
]

describe('BT-61 state of an event that another process may get', () => {
  it.each(SAVING)('BT-61 is saved under the lease of the event: %s', async (_, make) => {
    const store = new NotingStore<never>()
    const stage = new Stage()
    stage.handlers.use(make(store))
    stage.handlers.on('message', null, async (ctx) => ctx.reply('pong'))
    const lease = new TestLease()
    const delivery = { ...c2c('ping'), lease }
    stage.intake.deliver(delivery)
    await stage.clock.settle()
    expect(delivery.outcomes).toEqual(['done'])
    expect(store.leases.length).toBeGreaterThan(0)
    expect(store.leases.every((one) => one === lease)).toBe(true)
  })

  it.each(SAVING)(
    'BT-61 waits for a renewal, and is not saved once the event is lost: %s',
    async (_, make) => {
      for (const isLost of [false, true]) {
        const store = new NotingStore<never>()
        const stage = new Stage()
        stage.handlers.use(make(store))
        stage.handlers.on('message', null, () => {})
        const lease = new TestLease()
        lease.isValid = false
        stage.intake.deliver({ ...c2c('ping'), lease })
        await stage.clock.advance(1000)
        expect(store.leases).toEqual([])
        lease.isValid = true
        if (isLost) lease.lose()
        await stage.clock.advance(50)
        expect(store.leases.length > 0).toBe(!isLost)
      }
    },
  )
})
