import {
  type Clock,
  type LogSink,
  SessionBusyError,
  type SessionKey,
  type SessionSlot,
  type SessionStore,
} from '@qqkit/core'
import { messageOf, sleep } from '@qqkit/core/internal'

import type { SendCommand } from '../port/connection.js'
import { RedisError } from '../port/errors.js'
import { CLOCK, script, type Script } from '../queue/scripts.js'
import type { ServerTime } from '../queue/server-time.js'
import { type SessionLocks, shardName } from '../queue/session-locks.js'

/**
 * `number(last)`, after `CLOCK`: the number of a lock, or of its end. It is a time, so that none comes twice where the server has lost some.
 */
const NUMBER = `
local function number(last) return math.max((tonumber(last) or 0) + 1, math.floor(now)) end
`

/**
 * Locks a session. KEYS: clock, session. ARGV: clock, token, ms, '1' to leave it where the server knows nothing of it, and the number of the
 * lock that is to be taken again or ''. Returns 'open', the text, if there is one, and the number of the lock; 'busy', the holder, and the
 * ms until its lock ends; 'gone'; or 'over' and the holder, where another process has had it since that lock; and the time.
 */
export const openScript: Script = script(`
local call = redis.call
local session, token = KEYS[2], ARGV[2]
call('HDEL', session, '')
${CLOCK}
${NUMBER}
local known = call('HMGET', session, 'token', 'until', 'text', 'locks', 'closed')
if known[1] and known[1] ~= token and tonumber(known[2]) > now then
  return {'busy', known[1], string.format('%.0f', known[2] - now), time}
end
if ARGV[4] == '1' and call('EXISTS', session) == 0 then return {'gone', time} end
if ARGV[5] ~= '' and (tonumber(known[4]) or 0) >= tonumber(ARGV[5]) then return {'over', known[5] or '', time} end
call('HDEL', session, 'closed')
local lock = number(known[4])
call('HSET', session, 'token', token, 'until', string.format('%.0f', now + ARGV[3]), 'locks', string.format('%.0f', lock))
return {'open', known[3], lock, time}
`)

/** A session that is open, with its text; in use; unknown to a server that knew its holder a moment ago; or had by another process. */
type Opened =
  | readonly [kind: 'open', text: string | null, lock: number]
  | readonly [kind: 'busy', holder: string, left: string]
  | readonly [kind: 'gone']
  | readonly [kind: 'over', holder: string]

const openSession = async (
  { send, time, lease }: SessionStoreDeps,
  {
    name,
    token,
    unlessGone = false,
    again = null,
  }: { name: string; token: string; unlessGone?: boolean; again?: number | null },
): Promise<Opened> => {
  const args = [token, String(lease), unlessGone ? '1' : '', again === null ? '' : String(again)]
  return (await time.run(send, openScript, [name], args)).reply as unknown as Opened
}

/**
 * Works on a session that a token has locked. KEYS: clock, session. ARGV: clock, token, what (`renew`, `save`, `clear`, `close`), ms or text.
 * Returns 'done', or the holder that has it now; and the time.
 */
export const useScript: Script = script(`
local call = redis.call
local session, what = KEYS[2], ARGV[3]
call('HDEL', session, '')
${CLOCK}
${NUMBER}
local token = call('HGET', session, 'token')
if token ~= ARGV[2] then return {token or '', time} end
if what == 'save' then call('HSET', session, 'text', ARGV[4])
elseif what == 'clear' then call('HDEL', session, 'text')
elseif what == 'close' then
  call('HDEL', session, 'token', 'until')
  local last = number(call('HGET', session, 'locks'))
  call('HSET', session, 'closed', token, 'locks', string.format('%.0f', last))
else call('HSET', session, 'until', string.format('%.0f', now + ARGV[4])) end
return {'done', time}
`)

const useSession = async (
  { send, time }: SessionStoreDeps,
  name: string,
  args: readonly string[],
): Promise<string> => String((await time.run(send, useScript, [name], args)).reply[0])

/** Dependencies of a {@link RedisSessionStore}. */
export interface SessionStoreDeps {
  readonly send: SendCommand
  /** By which locks run. */
  readonly time: ServerTime
  readonly prefix: string
  readonly clock: Clock
  /** ms after which the session of a dead process is free. */
  readonly lease: number
  /** The name of this process, with what makes it unique. */
  readonly process: string
  /** Whether `open` waits as long as another process has the session, instead of for one lease. */
  readonly standby: boolean
  readonly log: LogSink
  /** Learns the locks of this process. */
  readonly locks: SessionLocks
}

/** ms beyond a lease that `open` waits, and its largest part: a process that was killed must not keep its successor out. */
const GRACE = 2000
/** ms between two looks at a session in use. */
const LOOK = 500
/** Renewals within a lease. */
const TICKS = 3

let slots = 0

/**
 * Keeps sessions on the server, each locked by one process as long as that renews it. While the server is away, sessions cannot be
 * resumed after a restart, connections stay, and none is made: without the lock a second gateway would run beside the first.
 */
export class RedisSessionStore implements SessionStore {
  readonly durable = true
  readonly openWithin: number
  readonly #deps: SessionStoreDeps

  constructor(deps: SessionStoreDeps) {
    this.#deps = deps
    this.openWithin = deps.standby ? Infinity : deps.lease + 2 * graceOf(deps.lease)
  }

  async open(key: SessionKey): Promise<SessionSlot> {
    const { prefix, clock, lease, process, standby, locks } = this.#deps
    const { appId, shard } = key
    const name = `${prefix}session:${appId}:${shardName(shard)}`
    const token = `${process}/${++slots}`
    const giveUpAt = standby ? Infinity : clock.now() + lease + graceOf(lease)
    let told = false
    let holder: string | null = null
    /** Until when the holder may lock it again on a server that was emptied. */
    let holdersUntil = Infinity
    for (;;) {
      let left = LOOK
      let problem: Error
      try {
        const unlessGone = holder !== null && clock.now() < holdersUntil
        const opened = await openSession(this.#deps, { name, token, unlessGone })
        if (opened[0] === 'open') {
          locks.took(shard, { key: name, token })
          return new RedisSlot({ ...this.#deps, key, name, token }, opened[1], opened[2])
        }
        if (opened[0] === 'busy') {
          holder = opened[1]
          left = Number(opened[2])
          holdersUntil = Infinity
        } else if (opened[0] === 'gone') holdersUntil = Math.min(holdersUntil, clock.now() + lease)
        problem = busy(key, holder ?? '')
      } catch (error) {
        if (!RedisError.is(error) || error.code === 'redis_closed') throw error
        problem = error
        if (!told) this.#tell(error)
        told = true
      }
      const now = clock.now()
      if (now >= giveUpAt) throw problem
      await sleep(clock, Math.min(LOOK, left, Math.max(1, giveUpAt - now)))
    }
  }

  #tell(error: RedisError): void {
    const message = `a session cannot be opened, and no connection is made without it: ${messageOf(error)}`
    this.#deps.log({ level: 'warn', event: 'redis.session_waits', message, error })
  }

  common(appId: string): Pick<SessionSlot, 'load' | 'save'> {
    const { send, prefix } = this.#deps
    const key = `${prefix}common:${appId}`
    return {
      load: async () => (await send(['GET', key])) as string | null,
      save: async (text) => void (await send(['SET', key, text])),
    }
  }
}

const graceOf = (lease: number): number => Math.min(GRACE, lease)

const busy = (key: SessionKey, holder: string): SessionBusyError =>
  new SessionBusyError({ key, holder: `process ${holder}`, place: 'Redis' })

interface SlotDeps extends SessionStoreDeps {
  readonly key: SessionKey
  readonly name: string
  readonly token: string
}

class RedisSlot implements SessionSlot {
  readonly taken: Promise<SessionBusyError>
  readonly #deps: SlotDeps
  #onTaken: (error: SessionBusyError) => void = () => {}
  #cancel: (() => void) | null = null
  #closed = false
  /** What was read with the lock, until it is asked for or replaced. */
  #read: { readonly text: string | null } | null
  /** What the server should have; `null`: nothing. */
  #text: string | null
  /** The number of its lock: each later lock of the session has a higher one, and so has the end of one. */
  #lock: number
  /** The last command: they go one after the other, also when a script has to be sent again. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(deps: SlotDeps, text: string | null, lock: number) {
    this.#deps = deps
    this.#read = { text }
    this.#text = text
    this.#lock = lock
    this.taken = new Promise((resolve) => {
      this.#onTaken = resolve
    })
    this.#renewLater()
  }

  async load(): Promise<string | null> {
    const { send, name } = this.#deps
    const read = this.#read
    this.#read = null
    if (read) return read.text
    return this.#inTurn(async () => (await send(['HGET', name, 'text'])) as string | null)
  }

  async save(text: string): Promise<void> {
    this.#read = null
    this.#text = text
    await this.#use('save', text)
  }

  async clear(): Promise<void> {
    this.#read = null
    this.#text = null
    await this.#use('clear', '')
  }

  async close(): Promise<void> {
    if (this.#closed) return
    const closing = this.#use('close', '')
    this.#closed = true
    this.#cancel?.()
    await closing
  }

  async #use(what: 'renew' | 'save' | 'clear' | 'close', value: string): Promise<void> {
    const { token, key } = this.#deps
    if (this.#closed) throw new Error('the session was closed')
    const holder = await this.#inTurn(async () => this.#try([token, what, value]))
    if (holder === 'done') return
    const error = busy(key, holder)
    this.#cancel?.()
    this.#onTaken(error)
    throw error
  }

  /** Works on the session, and locks it again before that where the server has lost the lock. Returns `'done'` or the holder. */
  async #try(args: readonly string[]): Promise<string> {
    const { name } = this.#deps
    const answer = await useSession(this.#deps, name, args)
    if (answer !== '') return answer
    const holder = await this.#again()
    return holder ?? (await useSession(this.#deps, name, args))
  }

  /** Locks a session again whose lock the server has lost, and writes it again. Returns the holder where another process has or had it. */
  async #again(): Promise<string | null> {
    const { name, token } = this.#deps
    const opened = await openSession(this.#deps, { name, token, again: this.#lock })
    if (opened[0] !== 'open') return opened[1] ?? ''
    this.#lock = opened[2]
    if (this.#text !== null) await useSession(this.#deps, name, [token, 'save', this.#text])
    return null
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#last
    const running = (async () => {
      await before
      return work()
    })()
    this.#last = running.catch(() => {})
    return running
  }

  #renewLater(): void {
    const { clock, lease } = this.#deps
    this.#cancel = clock.setTimer(lease / TICKS, () => {
      // A failure is no news: a save says what is known.
      this.#use('renew', String(lease)).catch(() => {})
      if (!this.#closed) this.#renewLater()
    })
  }
}
