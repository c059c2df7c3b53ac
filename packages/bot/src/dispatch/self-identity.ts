import type { Clock, Delivery, LogSink, WireFrame } from '@qqkit/core'

import { taggedIds } from '../events/clean-text.js'
import { fields, list, text } from '../events/fields.js'
import type { OwnIds } from '../events/mentions.js'
import { messageEvent } from '../events/parse-message.js'

/** Ids that are kept at most; then the older half is forgotten. */
const MOST = 1000

/** As many are looked through: the hash of an id that has just come takes longer. */
const FEW = 8

/** The ids that were known at one moment, while they are few. */
class FewIds implements OwnIds {
  readonly ids: readonly string[]

  constructor(ids: readonly string[]) {
    this.ids = ids
  }

  has(id: string): boolean {
    return this.ids.includes(id)
  }
}

/** The ids that were known at one moment: what is read of an event later is read as if it had been read when it came. */
class ManyIds implements OwnIds {
  readonly #serials: ReadonlyMap<string, number>
  readonly #count: number

  /**
   * @param serials ids with the number of those learned before, also of later moments
   * @param count how many ids were learned up to this moment
   */
  constructor(serials: ReadonlyMap<string, number>, count: number) {
    this.#serials = serials
    this.#count = count
  }

  has(id: string): boolean {
    const serial = this.#serials.get(id)
    return serial !== undefined && serial < this.#count
  }
}

const NO_IDS = new FewIds([])

/**
 * The ids under which the bot is mentioned: in guilds that of READY (§3.3) or `GET /users/@me` (§5.1), elsewhere those of
 * mentions marked `is_you` (§4.2). A later event may mention the bot without the mark.
 */
export class OwnIdentity {
  #known: FewIds | ManyIds = NO_IDS
  /** How many ids were learned before each, once they are many. */
  #serials: Map<string, number> | null = null
  #count = 0
  #isKnown = false

  /** Whether the bot's id in guilds is known. */
  get isKnown(): boolean {
    return this.#isKnown
  }

  /** The ids that are known now, and no others, whenever they are asked. */
  get now(): OwnIds {
    return this.#known
  }

  /** Learns the ids that an event contains. */
  learnFrom({ t, d }: WireFrame): void {
    if (t === 'READY') this.learn(fields(fields(d).user).id)
    if (messageEvent(t) === undefined) return
    for (const mention of list(fields(d).mentions)) {
      const { is_you: isYou, member_openid: member, user_openid: user, id } = fields(mention)
      if (isYou !== true) continue
      this.#learn(member)
      if (user !== member) this.#learn(user)
      if (id !== member) this.#learn(id)
    }
  }

  /** Learns the bot's id in guilds. */
  learn(value: unknown): void {
    this.#isKnown ||= text(value) !== ''
    this.#learn(value)
  }

  #learn(value: unknown): void {
    const id = text(value)
    if (id === '' || this.#known.has(id)) return
    this.#known = this.#with(this.#known, id)
    this.#count += 1
  }

  #with(known: FewIds | ManyIds, id: string): FewIds | ManyIds {
    if (known instanceof FewIds && known.ids.length < FEW) return new FewIds([...known.ids, id])
    let serials = this.#serials ?? new Map()
    if (known instanceof FewIds) for (const one of known.ids) serials.set(one, serials.size)
    if (serials.size >= MOST) serials = new Map([...serials].slice(MOST / 2))
    this.#serials = serials.set(id, this.#count)
    return new ManyIds(serials, this.#count + 1)
  }
}

/** What a {@link SelfLookup} works with. */
export interface SelfLookupDeps {
  readonly own: OwnIdentity
  /** `GET /users/@me`; `null` where it cannot be asked. */
  readonly ask: ((signal: AbortSignal) => Promise<unknown>) | null
  readonly clock: Clock
  readonly log: LogSink
}

/** ms after a failure before the next attempt; meanwhile mentions are recognised as far as possible. */
const PAUSE = 60_000

/** Whether the mentions or the author of a message can be judged only with the bot's own id. */
const dependsOnSelf = ({ frame }: Delivery): boolean => {
  if (frame.t !== 'MESSAGE_CREATE') return false
  const { mentions, content, author } = fields(frame.d)
  return list(mentions).length > 0 || taggedIds(text(content)).length > 0 || fields(author).bot === true
}

/**
 * Asks the platform for the bot's own id where READY did not tell it: after RESUMED, and over the webhook. It asks once, for
 * the first message that needs the id; that message and later ones wait for the answer.
 */
export class SelfLookup {
  readonly #deps: SelfLookupDeps
  readonly #over = new AbortController()
  /** Deliveries that wait for the answer; `null` while no request runs. */
  #held: Delivery[] | null = null
  #notBefore = -Infinity
  #asking: Promise<void> = Promise.resolve()

  constructor(deps: SelfLookupDeps) {
    this.#deps = deps
  }

  /** Whether a delivery is held back until the platform has answered; `take` gets it then. */
  holdsBack(delivery: Delivery, take: (delivery: Delivery) => void): boolean {
    // The two events of a channel message come in any order (§4.6): both are held back, so that they stay in order.
    if (messageEvent(delivery.frame.t)?.scene !== 'channel') return false
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

  /** Aborts the request and sends no other. Deliveries that wait are released. */
  close(): void {
    this.#over.abort()
  }

  #isWanted(delivery: Delivery): boolean {
    const { own, ask, clock } = this.#deps
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
    const { own, ask, clock, log } = this.#deps
    try {
      const id = text(fields(await ask?.(this.#over.signal)).id)
      if (id === '') throw new Error('the answer of GET /users/@me has no id')
      own.learn(id)
    } catch (error) {
      this.#notBefore = clock.now() + PAUSE
      const message = 'the id of the bot could not be read: mentions in channels may be missed for a minute'
      log({ level: 'warn', event: 'bot.self_unknown', message, error })
    }
    const held = this.#held ?? []
    this.#held = null
    for (const delivery of held) take(delivery)
  }
}
