import type { Delivery, LogSink, ShardId, Source, WireFrame } from '@qqkit/core'
import { Gateway, type GatewayOptions } from '@qqkit/gateway'

import { explainRefusal } from '../intents/explain-refusal.js'
import type { ResolvedBotOptions } from '../options.js'

/** What a gateway is made of, besides the options of the bot. */
export interface GatewayParts extends Required<
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
export const gatewaySource = (options: ResolvedBotOptions, parts: GatewayParts): Source => {
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
