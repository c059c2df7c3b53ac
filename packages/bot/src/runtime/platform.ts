import type { Clock, LogSink } from '@qqkit/core'
import { type MessageStream, Rest, type SendResult } from '@qqkit/rest'
import { escapeContent } from '@qqkit/rest/text'
import { Webhook } from '@qqkit/webhook'

import type { Scene, Target } from '../events/message.js'
import { memoryParkStore } from '../reply/memory-park-store.js'
import { ParkingLot } from '../reply/parking-lot.js'
import type { OutgoingMessage, PlatformClient, PlatformSendOptions } from '../reply/platform-client.js'
import type { BotOptions, ResolvedBotOptions } from './options.js'

/** The clock and the log of a bot. */
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

/** Scenes where the server decodes HTML escapes in messages, so that plain text has to be escaped (§5.12). */
const ESCAPED: ReadonlySet<Scene> = new Set(['channel', 'dm'])

/** ms after which an acknowledgement is void (§5.7): further attempts would only delay the conversation. */
const ACK_WINDOW = 3000

type ClientOfCalls = Pick<Rest, 'numbers' | 'send' | 'openStream' | 'recall' | 'api' | 'interactions'>

/** The calls of contexts over the HTTP client. */
export class RestPlatform implements PlatformClient {
  readonly #rest: ClientOfCalls

  constructor(rest: ClientOfCalls) {
    this.#rest = rest
  }

  get numbers(): PlatformClient['numbers'] {
    return this.#rest.numbers
  }

  send(target: Target, message: OutgoingMessage, options: PlatformSendOptions): Promise<SendResult> {
    // An invalid target is left to the check of `rest.send`.
    const escape = typeof message === 'string' && ESCAPED.has(target?.scene)
    return this.#rest.send(target, escape ? escapeContent(message) : message, options)
  }

  openStream(...[target, options]: Parameters<PlatformClient['openStream']>): MessageStream {
    return this.#rest.openStream(target, options)
  }

  async acknowledge(...[id, code]: Parameters<PlatformClient['acknowledge']>): Promise<void> {
    await this.#rest.interactions.ack(id, code, { timeout: ACK_WINDOW })
  }

  async recall(...[target, id, options]: Parameters<PlatformClient['recall']>): Promise<void> {
    await this.#rest.recall(target, id, options)
  }

  async react(...[message, emoji, { on, ...options }]: Parameters<PlatformClient['react']>): Promise<void> {
    const { channelId, id } = message
    await this.#rest.api.reactions[on ? 'add' : 'remove'](channelId, id, emoji, options)
  }
}

/** ms that a reply waits. */
const MAX_AGE = 24 * 60 * 60_000

/** The parking lot for undeliverable replies; `null` if they throw. */
export const createParking = (
  { appId, onUndeliverable, parking = {}, random = Math.random }: BotOptions,
  { clock, log }: { readonly clock: Clock; readonly log: LogSink },
): ParkingLot | null => {
  if (onUndeliverable !== 'park') return null
  const { store = memoryParkStore(), maxAge = MAX_AGE } = parking
  return new ParkingLot({ appId, store, maxAge, clock, random, log })
}
