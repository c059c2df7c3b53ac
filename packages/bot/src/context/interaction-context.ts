import { InteractionCode } from '@qqkit/protocol'
import { InvalidRequestError } from '@qqkit/rest'

import { BotError } from '../common/errors.js'
import type { Interaction } from '../events/interaction.js'
import { BaseContext, type ContextInit } from './base-context.js'

const CODES: ReadonlySet<unknown> = new Set(Object.values(InteractionCode))

/** A click on a button, and everything that can be done about it. */
export class InteractionContext extends BaseContext<'interaction'> {
  readonly interaction: Interaction
  #acknowledged: { readonly code: InteractionCode; readonly call: Promise<void> } | null = null

  constructor(init: ContextInit, interaction: Interaction) {
    super('interaction', init, interaction.target)
    this.interaction = interaction
  }

  /** What the button carries. */
  get data(): string {
    return this.interaction.data
  }

  /** Whether an acknowledgement was sent, by the bot or by a handler. */
  get acknowledged(): boolean {
    return this.#acknowledged !== null
  }

  override get sentAt(): number | null {
    return this.interaction.sentAt
  }

  /**
   * Tells the platform that the click arrived, which ends the loading sign. The bot does it by itself unless it was
   * made with `interactionAck: 'handler'`; doing it again with the same code is harmless.
   *
   * @param code 0 ok (default), 1 failed, 2 too frequent, 3 repeated, 4 no permission, 5 administrators only
   * @throws BotError `already_acknowledged` when it was acknowledged with another code; InvalidRequestError for a code that
   *   is none, with which nothing is acknowledged; the errors of the call
   */
  ack(code: InteractionCode = 0): Promise<void> {
    return this.init.scope.watch(this.#ack(code))
  }

  async #ack(code: InteractionCode): Promise<void> {
    if (!CODES.has(code))
      throw new InvalidRequestError({ path: 'code', hint: 'one of 0, 1, 2, 3, 4, 5', received: code })
    const earlier = this.#acknowledged
    if (earlier && earlier.code !== code)
      throw new BotError('already_acknowledged', `with code ${earlier.code}`)
    if (earlier) return earlier.call
    const call = this.#tell(code)
    this.#acknowledged = { code, call }
    return call
  }

  /** In the answer to the push that brought the click, where one is open, else by a call of its own (§5.7, §7.7). */
  async #tell(code: InteractionCode): Promise<void> {
    const { merged, delivery, services } = this.init
    if (merged.acknowledge(code)) return
    try {
      await services.client.acknowledge(this.interaction.id, code)
    } catch (error) {
      // The webhook has told a code in time, and most likely this call counts for nothing.
      if (!merged.acknowledged && !delivery.acknowledged) throw error
      services.log({
        level: 'debug',
        event: 'bot.late_ack_refused',
        message: 'the code of a click came after the answer to its push, and was refused',
        code,
        error,
      })
    }
  }
}
