import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

import type { Clock, LogSink, SharedToken, SharedTokenRequest, SharedTokens } from '@qqkit/core'
import { sleep, withDeadline } from '@qqkit/core/internal'

import type { SendCommand } from '../port/connection.js'
import { runScript, script, type Script } from '../queue/scripts.js'

/** Dependencies of shared tokens. */
export interface SharedTokensDeps {
  readonly send: SendCommand
  readonly prefix: string
  readonly process: string
  readonly clock: Clock
  readonly random: () => number
  readonly log: LogSink
  /** AppSecret of the bot. The token is sealed with a key that is derived from it. */
  readonly secret: string
}

/** Ends a turn that is still one's own. KEYS: lock. ARGV: owner. */
export const releaseScript: Script = script(`
local call = redis.call
call('SETRANGE', KEYS[1], 0, '')
if call('GET', KEYS[1]) == ARGV[1] then call('DEL', KEYS[1]) end
return 1
`)

/** ms in which one process asks the platform; then another may. */
const TURN = 15_000
/** ms between two looks of a process that waits; with up to half as much again. */
const LOOK = 100
/** ms for an answer of the server. */
const PATIENCE = 1000
/** A token is forgotten this long before its end: it would not last for a request. */
const MARGIN = 10_000

const CIPHER = 'aes-256-gcm'
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Longest pause: who waits looks again, and asks. */
const LONGEST_PAUSE = 600_000

/** ms in which no process is to ask after this error of the platform; 0 for none. */
const pauseAfter = (error: unknown): number => {
  if (typeof error !== 'object' || error === null || !('access' in error) || !('retryAfter' in error))
    return 0
  const { access, retryAfter } = error
  if (access !== 'rate_limited' || typeof retryAfter !== 'number' || !(retryAfter > 0)) return 0
  return Math.ceil(Math.min(retryAfter, LONGEST_PAUSE))
}

/** Text that only holders of the secret read, bound to the name under which it is kept. */
class Seal {
  readonly #key: Uint8Array
  readonly #name: Uint8Array

  constructor(secret: string, name: string) {
    this.#key = new Uint8Array(hkdfSync('sha256', secret, '', 'qqkit.token', KEY_BYTES))
    this.#name = Buffer.from(name)
  }

  close(text: string): string {
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv(CIPHER, this.#key, nonce).setAAD(this.#name)
    const sealed = [cipher.update(text, 'utf8'), cipher.final()]
    return Buffer.concat([nonce, cipher.getAuthTag(), ...sealed]).toString('base64')
  }

  /** `null` if it was sealed with another secret, or changed. */
  open(sealed: string): string | null {
    const bytes = Buffer.from(sealed, 'base64')
    const text = NONCE_BYTES + TAG_BYTES
    if (bytes.length <= text) return null
    try {
      const cipher = createDecipheriv(CIPHER, this.#key, bytes.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      })
      cipher.setAAD(this.#name).setAuthTag(bytes.subarray(NONCE_BYTES, text))
      return cipher.update(bytes.subarray(text), undefined, 'utf8') + cipher.final('utf8')
    } catch {
      return null
    }
  }
}

/** One token for all processes. While the server is away, each asks the platform. */
export class RedisTokens implements SharedTokens {
  readonly #deps: SharedTokensDeps
  readonly #key: string
  readonly #lock: string
  /** There while the platform wants no process to ask (100001, 100017). */
  readonly #pause: string
  readonly #seal: Seal
  #turns = 0
  #isAlone = false

  constructor(deps: SharedTokensDeps) {
    this.#deps = deps
    this.#key = `${deps.prefix}token`
    this.#lock = `${this.#key}:lock`
    this.#pause = `${this.#key}:pause`
    this.#seal = new Seal(deps.secret, this.#key)
  }

  async get(request: SharedTokenRequest): Promise<SharedToken> {
    const owner = `${this.#deps.process}/${(this.#turns += 1)}`
    const turn = await this.#wait(request, owner)
    if (turn !== 'mine' && turn !== null) return turn
    try {
      const answer = await request.ask(request.signal)
      const kept = this.#tell(async () => this.#keep(answer))
      if (turn === 'mine') await kept
      return answer
    } catch (error) {
      const ms = pauseAfter(error)
      if (ms > 0) await this.#tell(async () => this.#deps.send(['SET', this.#pause, '1', 'PX', String(ms)]))
      throw error
    } finally {
      // It may have the turn without having heard so. A process that asks alone does not wait for Redis again.
      const released = this.#tell(async () =>
        runScript(this.#deps.send, releaseScript, [this.#lock], [owner]),
      )
      if (turn === 'mine') await released
    }
  }

  /** A token of another process, or the turn to ask; `null` where neither comes. */
  async #wait({ except, signal }: SharedTokenRequest, owner: string): Promise<SharedToken | 'mine' | null> {
    const { clock, random } = this.#deps
    let until = clock.now() + TURN
    while (clock.now() < until) {
      signal.throwIfAborted()
      const found = await this.#tell(async () => this.#look(except, owner))
      if (found !== 'theirs' && found !== 'paused') return found
      if (found === 'paused') until = clock.now() + TURN
      await sleep(clock, LOOK * (1 + random() / 2), signal)
    }
    return null
  }

  async #look(except: readonly string[], owner: string): Promise<SharedToken | 'mine' | 'theirs' | 'paused'> {
    const known = await this.#read(except)
    if (known) return known
    if ((await this.#deps.send(['EXISTS', this.#pause])) === 1) return 'paused'
    if ((await this.#deps.send(['SET', this.#lock, owner, 'NX', 'PX', String(TURN)])) === null)
      return 'theirs'
    // The one before may have kept its token in between.
    const late = await this.#read(except)
    if (late) await runScript(this.#deps.send, releaseScript, [this.#lock], [owner])
    return late ?? 'mine'
  }

  async #read(except: readonly string[]): Promise<SharedToken | null> {
    // In this order: a token that comes in between lasts longer than is said, and never shorter.
    const left = Number(await this.#deps.send(['PTTL', this.#key]))
    const sealed = (await this.#deps.send(['GET', this.#key])) as string | null
    const token = sealed === null || left <= 0 ? null : this.#seal.open(sealed)
    return token === null || except.includes(token) ? null : { token, lifetime: left + MARGIN }
  }

  async #keep({ token, lifetime }: SharedToken): Promise<void> {
    const left = Math.floor(lifetime - MARGIN)
    if (left > 0) await this.#deps.send(['SET', this.#key, this.#seal.close(token), 'PX', String(left)])
  }

  /** The answer of the server; `null` while it is away, which is reported once. */
  async #tell<T>(work: () => Promise<T>): Promise<T | null> {
    const { clock, log } = this.#deps
    try {
      const onTimeout = (): Error => new Error(`Redis did not answer within ${PATIENCE} ms`)
      const answer = await withDeadline({ clock, ms: PATIENCE, onTimeout }, work)
      if (this.#isAlone)
        log({ level: 'info', event: 'redis.token_shared', message: 'the access token is shared again' })
      this.#isAlone = false
      return answer
    } catch (error) {
      const message = 'the access token is not shared while Redis is away; each process asks for its own'
      if (!this.#isAlone) log({ level: 'warn', event: 'redis.token_alone', message, error })
      this.#isAlone = true
      return null
    }
  }
}
