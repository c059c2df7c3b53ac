import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

import type { Clock, LogSink, SharedToken, SharedTokenRequest, SharedTokens } from '@qqkit/core'
import { sleep, withDeadline } from '@qqkit/core/internal'

import type { SendCommand } from '../port/connection.js'
import { RedisError } from '../port/errors.js'
import { CLOCK, EXPIRE, script, type Script } from '../queue/scripts.js'
import type { ServerTime } from '../queue/server-time.js'

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
  /** By which tokens, turns and pauses end. */
  readonly time: ServerTime
}

/** `read(key)`: until when its text holds, and the text. */
const READ = `
local function read(key)
  local till, text = string.match(call('GET', key) or '', '^(%S+) (.*)$')
  return tonumber(till), text
end
`

/**
 * Asks for the token, or for the turn to ask the platform. KEYS: clock, token, pause, lock. ARGV: clock, owner, sealed token that does not do or '', ms of
 * a turn. Returns `token`, the ms that it lasts and its sealed text; `paused`; `theirs`; or `mine`; and the time.
 */
export const turnScript: Script = script(`
local call = redis.call
call('SETRANGE', KEYS[4], 0, '')
${CLOCK}
${EXPIRE}
${READ}
local till, sealed = read(KEYS[2])
if till and till > at and sealed ~= ARGV[3] then return {'token', string.format('%.0f', till - at), sealed, time} end
till = read(KEYS[3])
if till and till > now then return {'paused', time} end
till = read(KEYS[4])
if till and till > now then return {'theirs', time} end
call('SET', KEYS[4], string.format('%.3f', at + ARGV[4]) .. ' ' .. ARGV[2])
forget(KEYS[4], ARGV[4])
return {'mine', time}
`)

/**
 * Ends a turn with what came of it. KEYS: clock, token, pause, lock. ARGV: clock, owner, sealed token or '', ms that it lasts, ms in which no process is to
 * ask. Outside of the turn, a token replaces only one that ends earlier. Returns the time.
 */
export const endTurnScript: Script = script(`
local call = redis.call
call('SETRANGE', KEYS[4], 0, '')
${CLOCK}
${EXPIRE}
${READ}
local function keep(key, text, from, ms)
  local till = read(key)
  if till and till >= from + ms then return end
  call('SET', key, string.format('%.3f', from + ms) .. ' ' .. text)
  forget(key, ms)
end
local _, owner = read(KEYS[4])
if owner == ARGV[2] then
  call('DEL', KEYS[4])
  if ARGV[3] ~= '' then call('DEL', KEYS[2]) end
end
if ARGV[3] ~= '' then keep(KEYS[2], ARGV[3], now, tonumber(ARGV[4])) end
if ARGV[5] ~= '0' then keep(KEYS[3], '', at, tonumber(ARGV[5])) end
return {time}
`)

/** ms in which one process asks the platform; then another may. */
const TURN = 15_000
/** ms between two looks of a process that waits; with up to half as much again. */
const LOOK = 100
/** ms until the end of a turn is sent again; with up to half as much again. */
const AGAIN = 500
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

/** What came of a turn. */
interface TurnResult {
  readonly token: SharedToken | null
  /** ms in which no process is to ask. */
  readonly pause: number
}

/** A token as the server has it, and the ms that it lasts. */
interface Sealed {
  readonly left: number
  readonly sealed: string
}

/** One token for all processes. While the server is away, each asks the platform. */
export class RedisTokens implements SharedTokens {
  readonly #deps: SharedTokensDeps
  /** Of the token, of the pause in which the platform wants no process to ask (100001, 100017), and of the turn. */
  readonly #keys: readonly string[]
  readonly #seal: Seal
  #turns = 0
  #isAlone = false

  constructor(deps: SharedTokensDeps) {
    this.#deps = deps
    const key = `${deps.prefix}token`
    this.#keys = [key, `${key}:pause`, `${key}:lock`]
    this.#seal = new Seal(deps.secret, key)
  }

  async get(request: SharedTokenRequest): Promise<SharedToken> {
    const owner = `${this.#deps.process}/${(this.#turns += 1)}`
    const turn = await this.#wait(request, owner)
    if (turn !== 'mine' && turn !== null) return turn
    let result: TurnResult = { token: null, pause: 0 }
    try {
      const token = await request.ask(request.signal)
      result = { token, pause: 0 }
      return token
    } catch (error) {
      result = { token: null, pause: pauseAfter(error) }
      throw error
    } finally {
      // It may have the turn without having heard so. A process that asks alone does not wait for Redis again.
      const ended = this.#end(owner, result)
      if (turn === 'mine') await ended
    }
  }

  /** A token of another process, or the turn to ask: turns and pauses end on the server. `null` while that is away. */
  async #wait({ except, signal }: SharedTokenRequest, owner: string): Promise<SharedToken | 'mine' | null> {
    const { clock, random } = this.#deps
    let unfit = ''
    for (;;) {
      signal.throwIfAborted()
      const found = await this.#tell(async () => this.#ask(owner, unfit))
      if (found === null || found === 'mine') return found
      if (typeof found === 'object') {
        const token = this.#seal.open(found.sealed)
        if (token !== null && !except.includes(token)) return { token, lifetime: found.left + MARGIN }
        unfit = found.sealed
      } else await sleep(clock, LOOK * (1 + random() / 2), signal)
    }
  }

  /** One command: a wait that was given up takes no turn afterwards. */
  async #ask(owner: string, unfit: string): Promise<Sealed | 'mine' | 'theirs' | 'paused'> {
    const { send, time } = this.#deps
    const { reply } = await time.run(send, turnScript, this.#keys, [owner, unfit, String(TURN)])
    const [kind, left, sealed] = reply.map(String)
    if (kind === 'token') return { left: Number(left), sealed: sealed ?? '' }
    return kind as 'mine' | 'theirs' | 'paused'
  }

  /** Ends a turn: at once or, where the server does not answer, in the background for as long as others would wait. */
  async #end(owner: string, { token, pause }: TurnResult): Promise<void> {
    const { send, time, clock, random } = this.#deps
    const endedAt = clock.now()
    const sealed = token && this.#seal.close(token.token)
    const end = async (): Promise<'told'> => {
      const passed = clock.now() - endedAt
      const left = token ? Math.floor(token.lifetime - MARGIN - passed) : 0
      const rest = Math.max(0, Math.ceil(pause - passed))
      const args = [owner, left > 0 ? (sealed ?? '') : '', String(left), String(rest)]
      try {
        await time.run(send, endTurnScript, this.#keys, args)
      } catch (error) {
        if (!RedisError.is(error) || error.code !== 'redis_closed') throw error
      }
      return 'told'
    }
    const endLater = async (): Promise<void> => {
      while (clock.now() - endedAt < TURN) {
        await sleep(clock, AGAIN * (1 + random() / 2))
        if ((await this.#tell(end)) !== null) return
      }
    }
    if ((await this.#tell(end)) === null) void endLater()
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
