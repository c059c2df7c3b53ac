import { describe, expect, it } from 'vitest'

import type { MessageContext } from '../../src/context/message-context.js'
import { c2c, type TestDelivery } from '../support/deliveries.js'
import { TestLease } from '../support/memory-ledger.js'
import { Stage } from '../support/stage.js'

/** A message that another process may get, and the same one as it comes again. */
const leased = (content: string, user = 'ann') => {
  const lease = new TestLease()
  const delivery = { ...c2c(content, user), lease }
  const again = (): TestDelivery & { readonly lease: TestLease } => {
    const outcomes: TestDelivery['outcomes'] = []
    return { ...delivery, outcomes, settle: (outcome) => outcomes.push(outcome), lease: new TestLease() }
  }
  return { delivery, lease, again }
}

const stageWith = (run: (ctx: MessageContext) => unknown) => {
  const stage = new Stage()
  const errors: unknown[] = []
  stage.handlers.on('message', null, async (ctx) => run(ctx))
  stage.handlers.catch((error) => void errors.push(error))
  return { stage, errors }
}

describe('BT-49 an event that another process may get', () => {
  it('BT-49 is answered as any other while the lease is valid', async () => {
    const { stage } = stageWith(async (ctx) => ctx.reply('pong'))
    const { delivery } = leased('ping')
    stage.intake.deliver(delivery)
    await stage.clock.settle()
    expect([stage.texts, delivery.outcomes]).toEqual([['pong'], ['done']])
  })

  it('BT-49 waits with its answers for a renewal', async () => {
    const { stage } = stageWith(async (ctx) => ctx.reply('pong'))
    const { delivery, lease } = leased('ping')
    lease.isValid = false
    stage.intake.deliver(delivery)
    await stage.clock.advance(5000)
    expect([stage.texts, delivery.outcomes]).toEqual([[], []])
    lease.isValid = true
    await stage.clock.advance(50)
    expect([stage.texts, delivery.outcomes]).toEqual([['pong'], ['done']])
  })

  it('BT-49 is neither answered nor settled once it is lost, and its conversation goes on', async () => {
    let end: () => void = () => {}
    const failures: string[] = []
    const signals: AbortSignal[] = []
    const { stage, errors } = stageWith(async (ctx) => {
      if (ctx.text !== 'slow') {
        await ctx.reply('next')
        return
      }
      signals.push(ctx.signal)
      await new Promise<void>((resolve) => {
        end = resolve
      })
      await ctx.reply('late').catch((error: { code: string }) => failures.push(error.code))
    })
    const { delivery, lease } = leased('slow')
    const next = leased('next')
    stage.intake.deliver(delivery)
    stage.intake.deliver(next.delivery)
    await stage.clock.settle()
    lease.lose()
    await stage.clock.settle()
    expect([signals[0]?.aborted, next.delivery.outcomes]).toEqual([true, ['done']])
    end()
    await stage.clock.settle()
    expect([failures, stage.texts, delivery.outcomes, errors]).toEqual([['lease_lost'], ['next'], [], []])
  })

  it('BT-49 is handled again when it comes back to this process', async () => {
    let runs = 0
    const { stage } = stageWith(async (ctx) => {
      runs += 1
      if (runs === 1) return new Promise(() => {})
      return ctx.reply(`run ${runs} replayed ${ctx.replayed}`)
    })
    const { delivery, lease, again } = leased('ping')
    stage.intake.deliver(delivery)
    lease.lose()
    await stage.clock.settle()
    const second = again()
    stage.intake.deliver(second)
    await stage.clock.settle()
    expect([stage.texts, second.outcomes, delivery.outcomes]).toEqual([['run 2 replayed true'], ['done'], []])
  })

  it('BT-49 is not begun if it is lost while it waits', async () => {
    const begun: string[] = []
    const { stage } = stageWith(async (ctx) => {
      begun.push(ctx.text)
      if (ctx.text === 'first')
        await new Promise((resolve) => void stage.clock.setTimer(1000, () => resolve(null)))
    })
    const first = leased('first')
    const second = leased('second')
    stage.intake.deliver(first.delivery)
    stage.intake.deliver(second.delivery)
    second.lease.lose()
    await stage.clock.advance(1000)
    expect([begun, first.delivery.outcomes, second.delivery.outcomes]).toEqual([['first'], ['done'], []])
  })
})
