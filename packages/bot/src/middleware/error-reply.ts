import { checkOptions } from '@qqkit/core/internal'
import * as v from 'valibot'

import type { Context } from '../context/context.js'
import type { OutgoingMessage } from '../reply/platform-client.js'
import type { Middleware } from '../routing/layers.js'
import { fn } from './check.js'
import { warnProcess } from './warn-process.js'

/** What is said when a handler failed: a message, or what makes one; `null` for silence. */
export type Apology =
  | OutgoingMessage
  | ((error: unknown, ctx: Context) => OutgoingMessage | null | Promise<OutgoingMessage | null>)

const schema = v.union(
  [v.string(), v.looseObject({}), fn('must be a function')],
  'must be a message, or a function of error and context that gives one',
)

/** What is said; a function that fails itself must not hide what it was to apologise for. */
const wordsFor = async (apology: Apology, error: unknown, ctx: Context): Promise<OutgoingMessage | null> => {
  if (typeof apology !== 'function') return apology
  try {
    return await apology(error, ctx)
  } catch (failure) {
    warnProcess(failure, 'ErrorReplyWarning')
    return null
  }
}

/**
 * Tells the user when a handler registered later failed. The error goes on to `bot.catch()` all the same; an apology that
 * cannot be made (a process warning) or sent does not hide it.
 *
 * @example
 * bot.use(errorReply('出错了，请稍后再试。'))
 * @throws OptionsError
 */
export const errorReply = (apology: Apology): Middleware<Context> => {
  checkOptions('errorReply', schema, apology)
  return async (ctx, next) => {
    try {
      await next()
    } catch (error) {
      // Out of time or stopping: nobody waits for words any more.
      if (!ctx.signal.aborted && ctx.replyBudget !== null) {
        const message = await wordsFor(apology, error, ctx)
        if (message !== null) await ctx.reply(message, { kind: 'apology' }).catch(() => {})
      }
      throw error
    }
  }
}
