import { withDeadline, type Clock, type SettleOutcome } from '@qqkit/core'

import type { Context } from '../context/context.js'
import type { Lifetime } from '../context/lifetime.js'
import { BotError } from '../errors/bot-error.js'

/** One event and what to do with it. */
export interface HandlerRun {
  readonly clock: Clock
  /** How long the handlers may take, in ms. */
  readonly ms: number
  /** Aborts, with the error to report, when the bot cannot wait any longer. */
  readonly signal: AbortSignal
  readonly ctx: Context
  readonly lifetime: Lifetime
  readonly handle: (ctx: Context) => Promise<void>
  /** Never rejects. */
  readonly fail: (error: unknown, ctx: Context) => Promise<void>
}

/** Runs the handlers of one event to their end, including calls that they began and did not wait for. */
const handleWhole = async ({ ctx, lifetime, handle, fail }: HandlerRun): Promise<SettleOutcome> => {
  const errors: unknown[] = []
  await handle(ctx).catch((error: unknown) => errors.push(error))
  await lifetime.finish().catch((error: unknown) => errors.push(error))
  for (const error of errors) await fail(error, ctx)
  return errors.length === 0 ? 'done' : 'failed'
}

/** Runs the handlers of one event under their deadline. What they throw goes to `fail`; this never rejects. */
export const runHandler = async (run: HandlerRun): Promise<SettleOutcome> => {
  const { clock, ms, signal, ctx, lifetime, fail } = run
  const onTimeout = (): Error => new BotError('handler_timeout', `${ctx.name} after ${ms} ms`)
  try {
    return await withDeadline({ clock, ms, onTimeout, signal }, async () => handleWhole(run))
  } catch (error) {
    lifetime.abort(error)
    await fail(error, ctx)
    return 'abandoned'
  }
}
