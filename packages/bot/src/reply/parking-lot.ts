import type { Clock, LogSink } from '@qqkit/core'
import { withDeadline } from '@qqkit/core/internal'
import { failureMeans, RestError } from '@qqkit/rest'

import { BotError } from '../common/errors.js'
import type { Target } from '../events/message.js'
import type { ParkStore } from './park-store.js'
import { conversationOf, type ParkedReply, type ParkedResult } from './parked-reply.js'
import type { OutgoingMessage } from './platform-client.js'

/** What a parking lot works with. */
export interface ParkingLotDeps {
  /** AppID of the bot whose replies these are. */
  readonly appId: string
  readonly store: ParkStore
  /** ms that a reply may wait. */
  readonly maxAge: number
  readonly clock: Clock
  readonly random: () => number
  readonly log: LogSink
}

/** An event that parked replies of its conversation can go out on. */
export interface ParkingOpening {
  readonly target: Target
  /** How many answers it can spare for them. */
  readonly capacity: number
  /** Sends one of them as an answer to the event. */
  readonly send: (message: OutgoingMessage, id: string) => Promise<unknown>
}

/** ms that a store may take: handlers wait for it. */
const STORE_TIMEOUT = 5000

/** How often a reply is tried before it is given up. */
const ATTEMPTS = 3

/**
 * Keeps replies that could not go out until their conversation goes on. A reply is taken from the store before it is sent:
 * what a crash in between loses is its confirmation, or the reply, but nothing is ever sent twice.
 */
export class ParkingLot {
  readonly #deps: ParkingLotDeps
  readonly #tag: string
  #serial = 0
  #storeFailed = false

  constructor(deps: ParkingLotDeps) {
    this.#deps = deps
    this.#tag = Math.floor(deps.random() * 36 ** 6).toString(36)
  }

  /**
   * Keeps the pieces of a reply.
   *
   * @throws `error` itself when the store does not take them
   */
  async park(target: Target, pieces: readonly OutgoingMessage[], error: RestError): Promise<ParkedResult> {
    const { maxAge, clock, log } = this.#deps
    const expiresAt = clock.wall() + maxAge
    for (const message of pieces) {
      const kept = await this.#put({ id: this.#nextId(), target, message, expiresAt, attempts: 0 })
      if (!kept) throw error
    }
    const { scene } = target
    log({
      level: 'info',
      event: 'bot.reply_parked',
      message: 'a reply could not go out; it waits until its conversation goes on',
      scene,
      pieces: pieces.length,
      error,
    })
    return { kind: 'parked', id: null, mode: 'passive', steps: error.steps, expiresAt, error }
  }

  /** Sends what waits for a conversation, as answers to an event of it. Never rejects. */
  async release({ target, capacity, send }: ParkingOpening): Promise<void> {
    for (let left = capacity; left > 0;) {
      const reply = await this.#take(target)
      if (!reply) return
      if (reply.expiresAt <= this.#deps.clock.wall()) {
        this.#givenUp('warn', 'a parked reply has expired', reply)
        continue
      }
      if (!(await this.#send(reply, send))) return
      left -= 1
    }
  }

  async close(): Promise<void> {
    await this.#onStore(async (store) => store.close())
  }

  /** Whether the next one may be tried. */
  async #send(reply: ParkedReply, send: ParkingOpening['send']): Promise<boolean> {
    try {
      await send(reply.message, reply.id)
      this.#deps.log({
        level: 'info',
        event: 'bot.parked_reply_sent',
        message: 'a parked reply went out',
        scene: reply.target.scene,
      })
      return true
    } catch (error) {
      await this.#refused(reply, error)
      return false
    }
  }

  async #refused(reply: ParkedReply, error: unknown): Promise<void> {
    const attempts = reply.attempts + 1
    if (!RestError.is(error) || error.delivered !== 'no')
      return this.#givenUp('warn', 'a parked reply may have arrived: it is not tried again', reply, error)
    if (attempts >= ATTEMPTS)
      return this.#givenUp('error', `a parked reply was refused ${ATTEMPTS} times`, reply, error)
    if (!(await this.#put({ ...reply, attempts })))
      this.#givenUp('error', 'a parked reply could not go out, and was not kept', reply, error)
  }

  /** Whether it is kept. */
  async #put(reply: ParkedReply): Promise<boolean> {
    const dropped = await this.#onStore(async (store) => store.put(this.#conversation(reply.target), reply))
    for (const one of dropped ?? [])
      this.#givenUp('warn', 'too many replies are parked; the oldest gave way', one)
    return dropped !== null
  }

  #conversation(target: Target): string {
    return conversationOf(this.#deps.appId, target)
  }

  async #take(target: Target): Promise<ParkedReply | null> {
    return this.#onStore(
      async (store) => store.take(this.#conversation(target)),
      // Nobody waits for it any more, and nobody has sent it.
      (late) => void (late && this.#put(late)),
    )
  }

  /** Bounded in time, since handlers wait for it; `null` when the store does not work, of which it tells once. */
  async #onStore<T>(
    work: (store: ParkStore) => Promise<T>,
    onLate: (result: T) => void = () => {},
  ): Promise<T | null> {
    const { store, clock, log } = this.#deps
    const working = (async () => work(store))()
    const slow = new BotError('park_store_slow', `${STORE_TIMEOUT} ms`)
    try {
      const result = await withDeadline(
        { clock, ms: STORE_TIMEOUT, onTimeout: () => slow },
        async () => working,
      )
      this.#storeFailed = false
      return result
    } catch (error) {
      if (error === slow) working.then(onLate, () => {})
      const level = this.#storeFailed ? 'debug' : 'error'
      this.#storeFailed = true
      log({
        level,
        event: 'bot.park_store_failed',
        message: 'the store of parked replies does not work',
        error,
      })
      return null
    }
  }

  #givenUp(level: 'warn' | 'error', message: string, { target, id }: ParkedReply, error?: unknown): void {
    const about = { scene: target.scene, reply: id, ...(error !== undefined && { error }) }
    this.#deps.log({ level, event: 'bot.parked_reply_given_up', message, ...about })
  }

  /** In the order of parking, and no other process's. */
  #nextId(): string {
    this.#serial += 1
    const at = String(Math.round(this.#deps.clock.wall())).padStart(15, '0')
    return `${at}.${String(this.#serial).padStart(6, '0')}.${this.#tag}`
  }
}

/** Whether a value comes out of JSON as it went in: bytes and streams do not. */
const isPlain = (value: unknown): boolean => {
  if (value === null || typeof value !== 'object')
    return typeof value !== 'function' && typeof value !== 'bigint'
  if (Array.isArray(value)) return value.every(isPlain)
  const prototype: unknown = Object.getPrototypeOf(value)
  return (prototype === Object.prototype || prototype === null) && Object.values(value).every(isPlain)
}

/**
 * Whether a message will still be what it is when it has waited for hours: plain data, and no upload, which the platform
 * keeps for minutes (§5.5). An address and a file on the disk are looked at again when the message goes out.
 */
export const isSerializable = (message: OutgoingMessage): boolean =>
  typeof message === 'string' || (message.media === undefined && isPlain(message))

/** What a proactive message ends in that this conversation does not take now. */
const NOT_NOW: ReadonlySet<string> = new Set(['proactive_refused', 'quota_used_up', 'rate_limited'])

const anchorDead = (error: RestError): boolean => failureMeans(error, 'anchorDead')

/**
 * Whether a reply can be neither an answer any more nor a proactive message now, and certainly has not arrived: its anchor
 * was dead, and the proactive message that took its place was refused or never allowed.
 */
export const isUndeliverable = (error: unknown): error is RestError => {
  if (!RestError.is(error) || error.delivered !== 'no') return false
  if (anchorDead(error)) return true
  return RestError.is(error.cause) && anchorDead(error.cause) && NOT_NOW.has(error.code)
}
