import type { Clock, Delivery, LogSink, WireFrame } from '@qqkit/core'

import { taggedIds } from '../events/clean-text.js'
import { fields, list, text } from '../events/fields.js'
import type { OwnIds } from '../events/mentions.js'
import { isMessageEvent } from '../events/parse-message.js'

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

/** What a lookup works with. */
export interface SelfLookupInit {
  readonly own: OwnIdentity
  /** `GET /users/@me`; `null` where there is nobody to ask. */
  readonly ask: ((signal: AbortSignal) => Promise<unknown>) | null
  readonly clock: Clock
  readonly log: LogSink
}

/** ms after a failure in which nobody asks again: mentions are guessed as far as they can be meanwhile. */
const PAUSE = 60_000

/** Events of one message of a channel, in no known order (§4.6): held back together, so that they keep theirs. */
const OF_CHANNELS: ReadonlySet<string> = new Set(['MESSAGE_CREATE', 'AT_MESSAGE_CREATE'])

/** Whether it cannot be told who is meant, or who speaks, without knowing the bot's own id. */
const dependsOnSelf = ({ frame }: Delivery): boolean => {
  if (frame.t !== 'MESSAGE_CREATE') return false
  const { mentions, content, author } = fields(frame.d)
  return list(mentions).length > 0 || taggedIds(text(content)).length > 0 || fields(author).bot === true
}

/**
 * Asks the platform who the bot is, where READY did not tell: after RESUMED, and over the webhook. Once, when the first message
 * comes that depends on it; that message and those after it wait for the answer.
 */
export class SelfLookup {
  readonly #init: SelfLookupInit
  readonly #over = new AbortController()
  /** What waits for the answer; `null` while nobody asks. */
  #held: Delivery[] | null = null
  #notBefore = -Infinity
  #asking: Promise<void> = Promise.resolve()

  constructor(init: SelfLookupInit) {
    this.#init = init
  }

  /** Whether a delivery is held back until the platform has answered; `take` gets it then. */
  holdsBack(delivery: Delivery, take: (delivery: Delivery) => void): boolean {
    if (!OF_CHANNELS.has(delivery.frame.t ?? '')) return false
    if (this.#held) this.#held.push(delivery)
    else if (!this.#isWanted(delivery)) return false
    else {
      this.#held = [delivery]
      this.#asking = this.#ask(take)
    }
    return true
  }

  /** Resolves when nothing is held back. */
  async idle(): Promise<void> {
    await this.#asking
  }

  /** Asks no more. What is held back is handed on, for whoever still takes it. */
  close(): void {
    this.#over.abort()
  }

  #isWanted(delivery: Delivery): boolean {
    const { own, ask, clock } = this.#init
    return (
      ask !== null &&
      !own.isKnown &&
      !this.#over.signal.aborted &&
      clock.now() >= this.#notBefore &&
      dependsOnSelf(delivery)
    )
  }

  /** Never rejects. */
  async #ask(take: (delivery: Delivery) => void): Promise<void> {
    const { own, ask, clock, log } = this.#init
    try {
      const id = text(fields(await ask?.(this.#over.signal)).id)
      if (id === '') throw new Error('the answer of GET /users/@me has no id')
      own.learn(id)
    } catch (error) {
      this.#notBefore = clock.now() + PAUSE
      const message = 'the id of the bot could not be had: mentions in channels may be missed for a minute'
      log({ level: 'warn', event: 'bot.self_unknown', message, error })
    }
    const held = this.#held ?? []
    this.#held = null
    for (const delivery of held) take(delivery)
  }
}
