import type { Clock, DeliveryLease } from '@qqkit/core'
import { sleep } from '@qqkit/core/internal'
import type { GatedAttempt, MessageStream, SendGate, SendResult } from '@qqkit/rest'

import { BotError } from '../common/errors.js'
import type { OutgoingMessage, PlatformClient, PlatformSendOptions } from './platform-client.js'
import type { Target } from '../events/message.js'

/** ms between two looks at a lease that may become valid again. */
const LOOK = 50

/** Lets requests out while this process may answer the event; waits while its lease has to be renewed. */
export class LeaseGate implements SendGate {
  readonly #lease: DeliveryLease
  readonly #clock: Clock

  constructor(lease: DeliveryLease, clock: Clock) {
    this.#lease = lease
    this.#clock = clock
  }

  /** @throws BotError `lease_lost`; the reason of the signal */
  pass({ signal }: Pick<GatedAttempt, 'signal'>): void | Promise<void> {
    this.throwIfLost()
    return this.#lease.valid() ? undefined : this.untilValid(signal)
  }

  /** @throws BotError `lease_lost`; the reason of the signal */
  async untilValid(signal: AbortSignal | undefined): Promise<void> {
    this.throwIfLost()
    while (!this.#lease.valid()) {
      await sleep(this.#clock, LOOK, signal)
      this.throwIfLost()
    }
  }

  /** @throws BotError `lease_lost` */
  throwIfLost(): void {
    if (this.#lease.signal.aborted) throw new BotError('lease_lost')
  }
}

/** The client of an event that another process may get: every call asks for the lease at the last moment. */
export class LeasedClient implements PlatformClient {
  readonly #client: PlatformClient
  readonly #gate: LeaseGate

  constructor(client: PlatformClient, lease: DeliveryLease, clock: Clock) {
    this.#client = client
    this.#gate = new LeaseGate(lease, clock)
  }

  get numbers(): PlatformClient['numbers'] {
    return this.#client.numbers
  }

  async send(target: Target, message: OutgoingMessage, options: PlatformSendOptions): Promise<SendResult> {
    await this.#gate.untilValid(options.signal)
    return this.#client.send(target, message, { ...options, gate: options.gate ?? this.#gate })
  }

  openStream(...[target, options]: Parameters<PlatformClient['openStream']>): MessageStream {
    this.#gate.throwIfLost()
    return this.#client.openStream(target, { ...options, gate: options.gate ?? this.#gate })
  }

  async acknowledge(...args: Parameters<PlatformClient['acknowledge']>): Promise<void> {
    await this.#client.acknowledge(...args)
  }

  async recall(...args: Parameters<PlatformClient['recall']>): Promise<void> {
    await this.#gate.untilValid(args[2].signal)
    await this.#client.recall(...args)
  }

  async react(...args: Parameters<PlatformClient['react']>): Promise<void> {
    await this.#gate.untilValid(args[2].signal)
    await this.#client.react(...args)
  }
}
