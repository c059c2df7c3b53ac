import { type Clock, type LogSink, systemClock } from '@qqkit/core'
import * as v from 'valibot'

import type { Context } from '../context/context.js'
import { placeOf, senderOf } from '../context/conversation.js'
import type { Middleware } from '../routing/layers.js'
import { checkMiddlewareOptions, clock as clockSchema, fn } from './check.js'

/** Options of {@link logger}. */
export interface LoggerOptions {
  /** Receives a record for each event. */
  readonly log: LogSink
  readonly level?: 'debug' | 'info'
  /** Whether records contain the text of messages; default `false`, since it is private. */
  readonly text?: boolean
  readonly clock?: Clock
}

/**
 * Logs each event with the duration and the outcome of its handlers. Register it first.
 *
 * @example
 * bot.use(logger({ log: (record) => console.log(JSON.stringify(record)) }))
 * @throws OptionsError
 */
export const logger = (options: LoggerOptions): Middleware<Context> => {
  checkMiddlewareOptions(
    'logger',
    {
      log: fn('must be a function that receives records'),
      level: v.optional(v.picklist(['debug', 'info'], 'must be "debug" or "info"')),
      text: v.optional(v.boolean('must be true or false')),
      clock: clockSchema,
    },
    options,
  )
  const { log, level = 'info', text = false, clock = systemClock } = options
  return async (ctx, next) => {
    const begun = clock.now()
    const write = (outcome: 'done' | 'failed'): void => {
      const ms = Math.round(clock.now() - begun)
      log({
        level,
        event: 'bot.event',
        message: `${ctx.name} ${outcome} after ${ms} ms`,
        name: ctx.name,
        id: ctx.id,
        place: placeOf(ctx),
        sender: senderOf(ctx),
        replayed: ctx.replayed,
        ms,
        outcome,
        ...(text && ctx.event === 'message' && { text: ctx.text }),
      })
    }
    try {
      await next()
    } catch (error) {
      write('failed')
      throw error
    }
    write('done')
  }
}
