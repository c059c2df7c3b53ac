import { checkOptions } from '@qqkit/core/internal'
import * as v from 'valibot'

import type { Context } from '../context/context.js'
import type { OutgoingMessage } from '../reply/platform-client.js'
import type { Middleware } from '../routing/layers.js'
import { fn } from './check.js'
import { middlewareText } from './texts.js'
import { warnProcess } from './warn-process.js'

/** The reply after a failure: a message, or a function that makes one; `null` for none. */
export type Apology =
  | OutgoingMessage
  | ((error: unknown, ctx: Context) => OutgoingMessage | null | Promise<OutgoingMessage | null>)

const schema = v.union(
  [v.string(), v.looseObject({}), fn('must be a function')],
  'must be a message, or a function of error and context that gives one',
)

/** The reply to send. An error of the user's function must not hide the error of the handler. */
const messageFor = async (
  apology: Apology | undefined,
  error: unknown,
  ctx: Context,
): Promise<OutgoingMessage | null> => {
  try {
    if (apology === undefined) return middlewareText(ctx, 'failed', { error })
    return typeof apology === 'function' ? await apology(error, ctx) : apology
  } catch (failure) {
    warnProcess(failure, 'ErrorReplyWarning')
    return null
  }
}

/**
 * Tells the user that a later handler failed. `bot.catch()` still gets the error, also if the apology cannot be made (a process
 * warning) or sent.
 *
 * @example
 * bot.use(errorReply())
 * bot.use(errorReply((error, ctx) => (ctx.target?.scene === 'c2c' ? String(error) : null)))
 * @param apology default: the words of the bot (`texts.failed`)
 * @throws OptionsError
 */
export const errorReply = (apology?: Apology): Middleware<Context> => {
  if (apology !== undefined) checkOptions('errorReply', schema, apology)
  return async (ctx, next) => {
    try {
      await next()
    } catch (error) {
      // After a timeout or during a stop, no reply is sent any more.
      if (!ctx.signal.aborted && ctx.replyBudget !== null) {
        const message = await messageFor(apology, error, ctx)
        if (message !== null) await ctx.reply(message, { kind: 'apology' }).catch(() => {})
      }
      throw error
    }
  }
}
