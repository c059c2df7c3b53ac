import type { WireFrame } from '@qqkit/core'

import { fields, list, text } from '../message/fields.js'
import type { OwnIds } from '../message/mentions.js'
import { isMessageEvent } from '../message/parse-message.js'

/** Ids that are remembered; those learned first are forgotten first. */
const MOST = 1000

/**
 * Under which ids the bot is mentioned: the one of READY (§3.3) or `GET /users/@me` (§5.1) in guilds, and what mentions marked `is_you` have told (§4.2).
 * A later event may name the bot without the mark.
 */
export class OwnIdentity implements OwnIds {
  readonly #ids = new Set<string>()
  #isKnown = false

  /** Whether the id that guilds know it by was told. */
  get isKnown(): boolean {
    return this.#isKnown
  }

  has(id: string): boolean {
    return this.#ids.has(id)
  }

  /** Learns what an event tells. */
  hear({ t, d }: WireFrame): void {
    const name = t ?? ''
    if (name === 'READY') this.learn(fields(fields(d).user).id)
    if (!isMessageEvent(name)) return
    for (const mention of list(fields(d).mentions)) {
      const { is_you: isYou, member_openid: member, user_openid: user, id } = fields(mention)
      if (isYou === true) for (const one of [member, user, id]) this.#learn(one)
    }
  }

  /** Learns the id that guilds know the bot by. */
  learn(value: unknown): void {
    this.#isKnown ||= text(value) !== ''
    this.#learn(value)
  }

  #learn(value: unknown): void {
    const id = text(value)
    if (id === '' || this.#ids.has(id)) return
    this.#ids.add(id)
    const [oldest] = this.#ids
    if (this.#ids.size > MOST && oldest !== undefined) this.#ids.delete(oldest)
  }
}
