import type { Clock, DeliveryLease } from '@qqkit/core'
import { sleep } from '@qqkit/core/internal'
import type { MessageStream, SendResult } from '@qqkit/rest'

import { BotError } from '../common/errors.js'
import type { OutgoingMessage, PlatformClient, PlatformSendOptions } from './platform-client.js'
import type { Target } from '../events/message.js'

/** ms between two looks at a lease that may become valid again. */
const LOOK = 50

/**
 * The client of an event that another process may get. Every message asks for the lease at the last moment: it waits while that has to
 * be renewed, and fails when another process has the event.
 */
export class LeasedClient implements PlatformClient {
  readonly #client: PlatformClient
  readonly #lease: DeliveryLease
  readonly #clock: Clock

  constructor(client: PlatformClient, lease: DeliveryLease, clock: Clock) {
    this.#client = client
    this.#lease = lease
    this.#clock = clock
  }

  get numbers(): PlatformClient['numbers'] {
    return this.#client.numbers
  }

  async send(target: Target, message: OutgoingMessage, options: PlatformSendOptions): Promise<SendResult> {
    await this.#untilValid(options.signal)
    return this.#client.send(target, message, options)
  }

  /** A stream is no first answer of a shared event: its beginning is not held back, and ends with the signal. */
  openStream(...[target, options]: Parameters<PlatformClient['openStream']>): MessageStream {
    this.#throwIfLost()
    return this.#client.openStream(target, options)
  }

  async acknowledge(...args: Parameters<PlatformClient['acknowledge']>): Promise<void> {
    await this.#client.acknowledge(...args)
  }

  async recall(...args: Parameters<PlatformClient['recall']>): Promise<void> {
    this.#throwIfLost()
    await this.#client.recall(...args)
  }

  async react(...args: Parameters<PlatformClient['react']>): Promise<void> {
    this.#throwIfLost()
    await this.#client.react(...args)
  }

  async #untilValid(signal: AbortSignal | undefined): Promise<void> {
    this.#throwIfLost()
    while (!this.#lease.valid()) {
      await sleep(this.#clock, LOOK, signal)
      this.#throwIfLost()
    }
  }

  #throwIfLost(): void {
    if (this.#lease.signal.aborted) throw new BotError('lease_lost')
  }
}
