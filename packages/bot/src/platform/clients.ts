import type { Clock, LogSink } from '@qqkit/core'
import { Rest } from '@qqkit/rest'
import { Webhook } from '@qqkit/webhook'

import type { ResolvedBotOptions } from '../options.js'

/** What all parts of a bot share. */
interface Shared {
  readonly clock: Clock
  readonly log: LogSink | undefined
}

/** The HTTP client of a bot. */
export const restOf = (options: ResolvedBotOptions, { clock, log }: Shared): Rest => {
  const { appId, secret, baseUrl, tokenUrl, random, rest } = options
  return new Rest({
    ...rest,
    appId,
    secret,
    clock,
    ...(baseUrl !== undefined && { baseUrl }),
    ...(tokenUrl !== undefined && { tokenUrl }),
    ...(random && { random }),
    ...(log && { log }),
  })
}

/** The endpoint for callbacks of a bot. */
export const webhookOf = ({ appId, secret, webhook }: ResolvedBotOptions, { clock, log }: Shared): Webhook =>
  new Webhook({ ...webhook, appId, secret, clock, ...(log && { log }) })
