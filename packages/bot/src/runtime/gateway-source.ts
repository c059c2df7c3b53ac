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

/** What the gateway of a bot needs besides the bot's options. */
export interface GatewaySourceDeps extends Required<
  Pick<GatewayOptions, 'access' | 'intents' | 'permits' | 'clock'>
> {
  readonly intents: number
  readonly log: LogSink | undefined
}

/** Lowers the gateway's record of a final stop to `info`, since the bot reports the stop itself, with advice. */
const withoutStopError =
  (sink: LogSink): LogSink =>
  (record) =>
    sink(record.event === 'gateway.stopped' ? { ...record, level: 'info' } : record)

/** Delivers READY and RESUMED, which the gateway settles itself; each one has a key of its own. */
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

/** ms for saving the session at a stop. Handlers have ended by then, or never will. */
const STORE_TIMEOUT = 1000

/** The gateway as the source of a bot. Deadlines and bounds of its own are off, since the bot has them. */
export const gatewaySource = (options: ResolvedBotOptions, deps: GatewaySourceDeps): Source => {
  const { appId, store, random, concurrency, maxWaiting, gateway: further } = options
  const { access, intents, permits, clock, log } = deps
  const gateway = new Gateway({
    permits,
    ...further,
    access,
    appId,
    intents,
    clock,
    deliveryDeadline: Infinity,
    // Two queues, each with running and waiting events.
    maxUnsettled: 2 * (concurrency + maxWaiting),
    drainTimeout: STORE_TIMEOUT,
    ...(store && { store }),
    ...(random && { random }),
    ...(log && { log: withoutStopError(log) }),
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

/** Whether intents stopped the bot: by 4014, or by refusals of Identify until no attempt was left (§3.11). */
const isRefusal = (error: Error): boolean =>
  ('closeCode' in error && error.closeCode === DISALLOWED_INTENTS) ||
  (QqkitError.is(error.cause) && error.cause.code === 'gateway_identify_refused')

const describe = (name: ReturnType<typeof suspectIntents>[number]): string =>
  isGrantedByDefault(name) ? name : `${name} (needs a permission)`

/** Adds the requested intents to a refusal, the most suspicious first. */
export const explainRefusal = (error: unknown, mask: number): unknown => {
  if (!(error instanceof Error) || !isRefusal(error)) return error
  const suspects = suspectIntents(mask)
  const others = intentNames(mask).filter((name) => !suspects.includes(name))
  return new BotError('intents_refused', [...suspects.map(describe), ...others].join(', '), error)
}

/** The intents to connect with: those of the options, or those that the handlers need. Warns of handlers that get no events. */
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
      message: `handlers of ${event} will get no events: intent ${intent} needs a permission. If your bot has it, name it in the option permissions: ['${intent}']`,
    })
  }
  return mask
}
