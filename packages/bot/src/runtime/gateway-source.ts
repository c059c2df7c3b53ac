import {
  type Delivery,
  type LogSink,
  QqkitError,
  type ShardId,
  type Source,
  type WireFrame,
} from '@qqkit/core'
import { Gateway, type GatewayOptions } from '@qqkit/gateway'
import { combineIntents, intentNames, isGrantedByDefault, suspectIntents } from '@qqkit/protocol'

import { BotError } from '../common/errors.js'
import { deriveIntents, type Interest } from '../routing/intents.js'
import type { BotOptions, ResolvedBotOptions } from './options.js'

/** What a gateway is made of, besides the options of the bot. */
export interface GatewaySourceDeps extends Required<
  Pick<GatewayOptions, 'access' | 'intents' | 'permits' | 'clock'>
> {
  readonly intents: number
  readonly log: LogSink | undefined
}

/** The gateway says when it stops for good, and so does the bot, with advice in the user's language: once is enough. */
const quieter =
  (sink: LogSink): LogSink =>
  (record) =>
    sink(record.event === 'gateway.stopped' ? { ...record, level: 'info' } : record)

/** READY and RESUMED tell of the connection: the gateway commits them itself, and no two of them are the same. */
const connectionEvents = (gateway: Gateway, deliver: (delivery: Delivery) => void): (() => void) => {
  let count = 0
  const pass = (event: unknown, shard: ShardId): void => {
    const frame = event as WireFrame
    count += 1
    deliver({
      key: `${frame.t}:${shard.index}:${count}`,
      frame,
      shard,
      replayed: false,
      shared: false,
      settle: () => {},
      acknowledge: () => false,
      acknowledged: false,
    })
  }
  const listening = [gateway.on('READY', pass), gateway.on('RESUMED', pass)]
  return () => {
    for (const stop of listening) stop()
  }
}

/** ms that the session has to get into its store at a stop. Handlers have ended by then, or will not end at all. */
const STORE_TIMEOUT = 1000

/** The gateway as the source of a bot. Deadlines and bounds are the bot's, so that there is one place for each. */
export const gatewaySource = (options: ResolvedBotOptions, parts: GatewaySourceDeps): Source => {
  const { appId, store, random, concurrency, maxWaiting, gateway: further } = options
  const { access, intents, permits, clock, log } = parts
  const gateway = new Gateway({
    permits,
    ...further,
    access,
    appId,
    intents,
    clock,
    deliveryDeadline: Infinity,
    // Two queues, each with what runs and what waits.
    maxUnsettled: 2 * (concurrency + maxWaiting),
    drainTimeout: STORE_TIMEOUT,
    ...(store && { store }),
    ...(random && { random }),
    ...(log && { log: quieter(log) }),
  })
  return {
    run: async (deliver, options) => {
      const stopListening = connectionEvents(gateway, deliver)
      try {
        await gateway.run(deliver, options)
      } catch (error) {
        throw explainRefusal(error, intents)
      } finally {
        stopListening()
      }
    },
    status: () => gateway.status(),
    drain: () => gateway.drain(),
    close: async (options) => gateway.close(options),
  }
}

/** The close code of an Identify that asked for more than the bot may have (§3.7). */
const DISALLOWED_INTENTS = 4014

/** Whether a bot was stopped for its intents: by 4014, or since Identify was refused until no attempt was left (§3.11). */
const isRefusal = (error: Error): boolean =>
  ('closeCode' in error && error.closeCode === DISALLOWED_INTENTS) ||
  (QqkitError.is(error.cause) && error.cause.code === 'gateway_identify_refused')

const describe = (name: ReturnType<typeof suspectIntents>[number]): string =>
  isGrantedByDefault(name) ? name : `${name} (needs a permission)`

/** Adds to a refusal of the intents which ones were asked for, the most suspicious first. */
export const explainRefusal = (error: unknown, mask: number): unknown => {
  if (!(error instanceof Error) || !isRefusal(error)) return error
  const suspects = suspectIntents(mask)
  const others = intentNames(mask).filter((name) => !suspects.includes(name))
  return new BotError('intents_refused', [...suspects.map(describe), ...others].join(', '), error)
}

/** The intents to connect with: those given, else what the handlers need. Says which handlers will hear nothing. */
export const wantedIntents = (
  options: Pick<BotOptions, 'intents' | 'permissions'>,
  interests: readonly Interest[],
  log: LogSink,
): number => {
  const { intents, permissions = [] } = options
  if (typeof intents === 'number') return intents
  if (intents) return combineIntents(intents)
  const { mask, missing } = deriveIntents(interests, permissions)
  for (const { event, intent } of missing) {
    log({
      level: 'warn',
      event: 'bot.intent_missing',
      message: `handlers of ${event} will hear nothing: intent ${intent} needs a permission. If your bot has it, name it in the option permissions: ['${intent}']`,
    })
  }
  return mask
}
