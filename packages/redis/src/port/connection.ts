import type { Clock } from '@qqkit/core'
import { sleep } from '@qqkit/core/internal'

import { RedisError, redisError } from './errors.js'
import type { RedisLink, RedisPort } from './port.js'

/** Sends one command, and gives the reply of RESP 2. */
export type SendCommand = (args: readonly string[]) => Promise<unknown>

/** Dependencies of a {@link Connection}. */
export interface ConnectionDeps {
  readonly port: RedisPort
  readonly clock: Clock
  readonly random: () => number
  /** ms that a command may take, and the opening of a link. */
  readonly commandTimeout: number
  /**
   * Called with each new link, before any other command; `again`: not with the first one. ms since the server may have lost what it had
   * confirmed. An error ends the link.
   */
  readonly greet?: ((send: SendCommand, again: boolean) => Promise<number>) | undefined
}

/** ms until the next attempt after one, two, … failed openings; with up to half as much again. */
const WAITS = [50, 100, 200, 500, 1000]

/** Answers that mean another server has to be found. */
const WRONG_SERVER: ReadonlySet<string | null> = new Set(['READONLY', 'LOADING', 'MASTERDOWN'])

/** A link in use. Everything that waits for it ends with it. */
class OpenLink {
  readonly link: RedisLink
  readonly #waiting = new Set<(reason: RedisError) => void>()
  #end: RedisError | null = null

  constructor(link: RedisLink) {
    this.link = link
  }

  get isOver(): boolean {
    return this.#end !== null
  }

  end(reason: RedisError): void {
    if (this.#end) return
    this.#end = reason
    for (const reject of this.#waiting) reject(reason)
    this.#waiting.clear()
    this.link.destroy()
  }

  /** @throws RedisError */
  async command(args: readonly string[]): Promise<unknown> {
    if (this.#end) throw this.#end
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject)
      this.link.command(args).then(
        (reply) => {
          this.#waiting.delete(reject)
          resolve(reply)
        },
        (error: unknown) => {
          this.#waiting.delete(reject)
          reject(redisError(error))
        },
      )
    })
  }
}

/**
 * A connection that is opened with its first command, and again after each loss. Every command ends within `commandTimeout`: the
 * link of a command that does not is destroyed, since no client can be trusted to notice a dead server.
 */
export class Connection {
  readonly #deps: ConnectionDeps
  #current: OpenLink | null = null
  #opening: Promise<OpenLink> | null = null
  #failures = 0
  #notBefore = -Infinity
  #lives = 0
  #restartedAt = -Infinity
  #closed = false

  constructor(deps: ConnectionDeps) {
    this.#deps = deps
  }

  /** How many links were opened. A change says that what happened before may be lost. */
  get lives(): number {
    return this.#lives
  }

  /** Whether this process has closed it. */
  get isClosed(): boolean {
    return this.#closed
  }

  /** Since when the server of the last link may have lost what it had confirmed, by the clock; `-Infinity` for one that has not. */
  get restartedAt(): number {
    return this.#restartedAt
  }

  /** Whether a link is open. */
  get isOpen(): boolean {
    return this.#current !== null
  }

  /** @throws RedisError */
  readonly command: SendCommand = async (args) => {
    const used: { link: OpenLink | null } = { link: null }
    const send = async (): Promise<unknown> => {
      used.link = this.#current ?? (await this.#link())
      return used.link.command(args)
    }
    try {
      return await this.#inTime(args[0], send())
    } catch (thrown) {
      const error = redisError(thrown)
      if (error.code === 'redis_timeout' || WRONG_SERVER.has(error.reply)) this.#drop(used.link, error)
      throw error
    }
  }

  /** Opens a link of its own for the messages of channels. Resolves with a function that ends it. */
  async subscribe(
    channels: readonly string[],
    onMessage: (message: string, channel: string) => void,
    onEnd: () => void,
  ): Promise<() => void> {
    const { opening, abandon } = this.#duplicate(onEnd)
    const subscribe = async (): Promise<() => void> => {
      const link = await opening
      await link.subscribe(channels, onMessage)
      return () => link.destroy()
    }
    try {
      return await this.#inTime('SUBSCRIBE', subscribe())
    } catch (error) {
      abandon()
      throw redisError(error)
    }
  }

  /** Ends the link; later commands fail. */
  readonly close = (): void => {
    this.#closed = true
    this.#drop(this.#current, new RedisError('redis_closed'))
  }

  /** Waits for something, up to the time of a command. Without a signal, which would cost more than all else around a command. */
  async #inTime<T>(what: string | undefined, work: Promise<T>): Promise<T> {
    const { clock, commandTimeout } = this.#deps
    return new Promise((resolve, reject) => {
      const cancel = clock.setTimer(commandTimeout, () => reject(new RedisError('redis_timeout', what)))
      work.then(resolve, reject).finally(cancel)
    })
  }

  #drop(used: OpenLink | null, error: RedisError): void {
    if (this.#current === used) this.#current = null
    used?.end(error)
  }

  async #link(): Promise<OpenLink> {
    if (this.#closed) throw new RedisError('redis_closed')
    if (this.#current) return this.#current
    this.#opening ??= this.#open().finally(() => {
      this.#opening = null
    })
    return this.#opening
  }

  async #open(): Promise<OpenLink> {
    const { clock, random } = this.#deps
    const wait = this.#notBefore - clock.now()
    if (wait > 0) await sleep(clock, wait)
    try {
      const opened = await this.#tryToOpen()
      if (this.#closed) {
        const error = new RedisError('redis_closed')
        opened.end(error)
        throw error
      }
      this.#failures = 0
      this.#lives += 1
      this.#current = opened.isOver ? null : opened
      return opened
    } catch (error) {
      const base = WAITS[Math.min(this.#failures, WAITS.length - 1)]!
      this.#failures += 1
      this.#notBefore = clock.now() + base * (1 + random() / 2)
      throw redisError(error)
    }
  }

  async #tryToOpen(): Promise<OpenLink> {
    const { clock, greet } = this.#deps
    const opened: { link: OpenLink | null; isOver: boolean } = { link: null, isOver: false }
    const lost = (): void => {
      opened.isOver = true
      this.#drop(opened.link, new RedisError('redis_unavailable', 'the connection was lost'))
    }
    const { opening, abandon } = this.#duplicate(lost)
    const open = async (): Promise<OpenLink> => {
      const one = new OpenLink(await opening)
      opened.link = one
      if (opened.isOver) lost()
      const passed = (await greet?.((args) => one.command(args), this.#lives > 0)) ?? Infinity
      this.#restartedAt = clock.now() - passed
      return one
    }
    try {
      return await this.#inTime('connecting', open())
    } catch (error) {
      abandon()
      throw error
    }
  }

  /** Opens a link, and gives a way to abandon it, open or not: a server that takes connections and says nothing would keep it. */
  #duplicate(onEnd: () => void): { readonly opening: Promise<RedisLink>; readonly abandon: () => void } {
    const abandoned = new AbortController()
    const opening = this.#deps.port.duplicate(onEnd, abandoned.signal)
    const abandon = (): void => {
      abandoned.abort()
      // A port may not know the signal.
      opening.then(
        (link) => link.destroy(),
        () => {},
      )
    }
    return { opening, abandon }
  }
}
