import type { Clock, SettleOutcome } from '@qqkit/core'

import type { Context } from '../context/context.js'
import type { Lifetime } from '../context/lifetime.js'
import { BotError } from '../errors/bot-error.js'

/** One event and what to do with it. */
export interface HandlerRun {
  readonly clock: Clock
  /** How long the handlers may take, in ms. */
  readonly ms: number
  /** Ways to give up runs that are under way: this one puts its own in and takes it out at its end. */
  readonly underWay: Set<(reason: BotError) => void>
  readonly ctx: Context
  readonly lifetime: Lifetime
  readonly handle: (ctx: Context) => Promise<void>
  /** Never rejects. */
  readonly fail: (error: unknown, ctx: Context) => Promise<void>
}

/** Runs the handlers of one event to their end, including calls that they began and did not wait for. */
const handleWhole = async ({ ctx, lifetime, handle, fail }: HandlerRun): Promise<SettleOutcome> => {
  const errors: unknown[] = []
  const note = (error: unknown): void => void errors.push(error)
  await handle(ctx).catch(note)
  await lifetime.finish().catch(note)
  for (const error of errors) await fail(error, ctx)
  return errors.length === 0 ? 'done' : 'failed'
}

/**
 * Runs the handlers of one event under their deadline. What they throw goes to `fail`; this never rejects. No abort
 * signal is made or listened to here: this happens for every event, and few handlers look at theirs.
 */
export const runHandler = async (run: HandlerRun): Promise<SettleOutcome> => {
  const { clock, ms, underWay, ctx, lifetime, fail } = run
  return new Promise((resolve) => {
    const end = (outcome: SettleOutcome): void => {
      cancel()
      underWay.delete(giveUp)
      resolve(outcome)
    }
    const giveUp = (reason: BotError): void => {
      lifetime.abort(reason)
      void fail(reason, ctx).then(() => end('abandoned'))
    }
    const cancel = clock.setTimer(ms, () =>
      giveUp(new BotError('handler_timeout', `${ctx.name} after ${ms} ms`)),
    )
    underWay.add(giveUp)
    void handleWhole(run).then(end)
  })
}
