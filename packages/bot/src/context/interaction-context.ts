import { InteractionCode } from '@qqkit/protocol'
import { InvalidRequestError } from '@qqkit/rest'
import type { Mentionable } from '@qqkit/rest/text'

import { BotError } from '../common/errors.js'
import type { Interaction } from '../events/interaction.js'
import { BaseContext, type ContextInit } from './base-context.js'

const CODES: ReadonlySet<unknown> = new Set(Object.values(InteractionCode))

/** A click on a button, and what a handler can do with it. */
export class InteractionContext extends BaseContext<'interaction'> {
  readonly interaction: Interaction
  /** The match of the data; set inside `bot.button` handlers. */
  match: RegExpExecArray | null = null
  #acknowledged: { readonly code: InteractionCode; readonly call: Promise<void> } | null = null

  constructor(init: ContextInit, interaction: Interaction) {
    super('interaction', init, interaction.target)
    this.interaction = interaction
  }

  /** The data of the button. */
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

  protected override get sender(): Mentionable | null {
    return this.interaction.userId === '' ? null : { id: this.interaction.userId }
  }

  /**
   * Acknowledges the click, which ends the loading sign. The bot does so on its own unless it was created with
   * `interactionAck: 'handler'`; a second call with the same code is harmless.
   *
   * @param code 0 ok (default), 1 failed, 2 too frequent, 3 repeated, 4 no permission, 5 administrators only
   * @throws BotError `already_acknowledged` when it was acknowledged with another code; InvalidRequestError for an
   *   invalid code, which acknowledges nothing; the errors of the call
   */
  ack(code: InteractionCode = 0): Promise<void> {
    return BaseContext.scopeOf(this).watch(this.#ack(code))
  }

  async #ack(code: InteractionCode): Promise<void> {
    if (!CODES.has(code))
      throw new InvalidRequestError({ path: 'code', hint: 'one of 0, 1, 2, 3, 4, 5', received: code })
    const earlier = this.#acknowledged
    if (earlier && earlier.code !== code)
      throw new BotError('already_acknowledged', `with code ${earlier.code}`)
    if (earlier) return earlier.call
    const call = this.#send(code)
    this.#acknowledged = { code, call }
    return call
  }

  /** In the answer to the push of the click, where one is open, otherwise by a call (§5.7, §7.7). */
  async #send(code: InteractionCode): Promise<void> {
    const { merged, delivery, host } = this.init
    if (merged.acknowledge(code)) return
    try {
      await host.services.client.acknowledge(this.interaction.id, code)
    } catch (error) {
      // The webhook gave a code in time, so this call has most likely no effect.
      if (!merged.acknowledged && !delivery.acknowledged) throw error
      host.services.log({
        level: 'debug',
        event: 'bot.late_ack_refused',
        message: 'the platform refused the code of a click, which came after the answer to its push',
        code,
        error,
      })
    }
  }
}
