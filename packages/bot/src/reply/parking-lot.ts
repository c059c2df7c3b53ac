import type { Advice, Clock, LogSink } from '@qqkit/core'
import { withDeadline } from '@qqkit/core/internal'
import { failureMeans, RestError } from '@qqkit/rest'

import { BotError } from '../common/errors.js'
import type { Target } from '../events/message.js'
import type { ParkStore } from './park-store.js'
import {
  parkingPlaceOf,
  type ParkedReply,
  type ParkedResult,
  repliesFrom,
  replyFrom,
} from './parked-reply.js'
import type { OutgoingMessage } from './platform-client.js'

/** What a {@link ParkingLot} works with. */
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

/** The replies of an event that parked ones of its place may use. */
export interface SpareReplies {
  readonly target: Target
  /** How many replies of the event they may take. */
  readonly capacity: number
  /** Sends one of them as a reply to the event. */
  readonly send: (message: OutgoingMessage, id: string) => Promise<unknown>
}

/** ms that a store may take: handlers wait for it. */
const STORE_TIMEOUT = 5000

/** How often a reply is tried before it is given up. */
const ATTEMPTS = 3

/** For replies that end with the process. */
const VOLATILE: Advice = {
  en: "Give the bot parking: { store: fileParkStore({ path: './parked.json' }) }: replies in a file outlive the process.",
  zh: "请为机器人设置 parking: { store: fileParkStore({ path: './parked.json' }) }：存入文件的回复在进程结束后仍会保留。",
}

/**
 * Keeps undeliverable replies until the next event of their place, from any person. `BotRun` (`runtime/bot-run.ts`) calls
 * {@link release} before the handlers of each event. A reply is taken from the store before it is sent: a crash in between can
 * lose the reply or its confirmation, but never sends it twice.
 *
 * A reply is dropped, with the record `bot.parked_reply_given_up`, when
 * - an event of its place comes after `maxAge`,
 * - too many wait in its place or in all (`ParkLimits`): the oldest,
 * - it was refused {@link ATTEMPTS} times, or the store did not take it back after a refusal,
 * - an attempt failed that may have delivered it.
 *
 * Replies in memory (`memoryParkStore`) also end with the process. A stop tells how many, with `bot.parked_replies_end_with_process`;
 * a bot that is started again in the same process still has them.
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
   * Parks the pieces of a reply.
   *
   * @throws `error` itself if the store fails
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
      message: 'a reply could not be sent; it waits for the next event of its place',
      scene,
      pieces: pieces.length,
      error,
    })
    return { kind: 'parked', id: null, mode: 'passive', steps: error.steps, expiresAt, error }
  }

  /** Sends the parked replies of a place, as replies to an event of it; the first failure ends it. Never rejects. */
  async release({ target, capacity, send }: SpareReplies): Promise<void> {
    for (let left = capacity; left > 0;) {
      const reply = await this.#take(target)
      if (!reply) return
      if (reply.expiresAt <= this.#deps.clock.wall()) {
        this.#recordDrop('warn', 'a parked reply has expired', reply)
        continue
      }
      if (!(await this.#send(reply, send))) return
      left -= 1
    }
  }

  /** Closes the store, and tells how many replies end with the process. */
  async close(): Promise<void> {
    const volatile = await this.#onStore(async (store) => repliesFrom(await store.close()))
    const count = volatile?.length ?? 0
    if (count === 0) return
    this.#deps.log({
      level: 'warn',
      event: 'bot.parked_replies_end_with_process',
      message: `parked replies that end with the process: ${count}`,
      count,
      advice: VOLATILE,
    })
  }

  /** Returns whether the next one may be tried. */
  async #send(reply: ParkedReply, send: SpareReplies['send']): Promise<boolean> {
    try {
      await send(reply.message, reply.id)
      this.#deps.log({
        level: 'info',
        event: 'bot.parked_reply_sent',
        message: 'a parked reply was sent',
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
      return this.#recordDrop('warn', 'a parked reply may have arrived; it is not sent again', reply, error)
    if (attempts >= ATTEMPTS)
      return this.#recordDrop('error', `a parked reply was refused ${ATTEMPTS} times`, reply, error)
    if (!(await this.#put({ ...reply, attempts })))
      this.#recordDrop(
        'error',
        'a parked reply could not be sent, and the store did not take it back',
        reply,
        error,
      )
  }

  /** Returns whether the store took it. */
  async #put(reply: ParkedReply): Promise<boolean> {
    const dropped = await this.#onStore(async (store) =>
      repliesFrom(await store.put(this.#placeOf(reply.target), reply)),
    )
    for (const one of dropped ?? [])
      this.#recordDrop('warn', 'too many replies are parked; the oldest was dropped', one)
    return dropped !== null
  }

  #placeOf(target: Target): string {
    return parkingPlaceOf(this.#deps.appId, target)
  }

  async #take(target: Target): Promise<ParkedReply | null> {
    return this.#onStore(
      async (store) => replyFrom(await store.take(this.#placeOf(target))),
      // It came after the timeout, so no event sends it: it goes back into the store.
      (late) => void (late && this.#put(late)),
    )
  }

  /** Limits the time, since handlers wait; `null` if the store fails, which is reported once. */
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
        message: 'the store of parked replies failed',
        error,
      })
      return null
    }
  }

  #recordDrop(level: 'warn' | 'error', message: string, { target, id }: ParkedReply, error?: unknown): void {
    const about = { scene: target.scene, reply: id, ...(error !== undefined && { error }) }
    this.#deps.log({ level, event: 'bot.parked_reply_given_up', message, ...about })
  }

  /** Ids sort in the order of parking, and differ between processes. */
  #nextId(): string {
    this.#serial += 1
    const at = String(Math.round(this.#deps.clock.wall())).padStart(15, '0')
    return `${at}.${String(this.#serial).padStart(6, '0')}.${this.#tag}`
  }
}

/** Whether a value survives JSON unchanged: bytes and streams do not. */
const isPlain = (value: unknown): boolean => {
  if (value === null || typeof value !== 'object')
    return typeof value !== 'function' && typeof value !== 'bigint'
  if (Array.isArray(value)) return value.every(isPlain)
  const prototype: unknown = Object.getPrototypeOf(value)
  return (prototype === Object.prototype || prototype === null) && Object.values(value).every(isPlain)
}

/**
 * Whether a message can wait for hours: it is plain data without an upload, which the platform keeps for minutes (§5.5). URLs
 * and files on the disk are read when the message is sent.
 */
export const isSerializable = (message: OutgoingMessage): boolean =>
  typeof message === 'string' || (message.media === undefined && isPlain(message))

/** Codes of a proactive message that the place does not accept now. */
const NOT_NOW: ReadonlySet<string> = new Set(['proactive_refused', 'quota_used_up', 'rate_limited'])

const anchorDead = (error: RestError): boolean => failureMeans(error, 'anchorDead')

/**
 * Whether a reply certainly has not arrived and cannot be sent now: its anchor was dead, and the proactive message instead was
 * refused or not allowed.
 */
export const isUndeliverable = (error: unknown): error is RestError => {
  if (!RestError.is(error) || error.delivered !== 'no') return false
  if (anchorDead(error)) return true
  return RestError.is(error.cause) && anchorDead(error.cause) && NOT_NOW.has(error.code)
}
