import type { SocketClose } from '@qqkit/core'

/** Closes after which a session cannot be resumed (§3.7). */
const ENDS = new Set([
  4000,
  4003,
  4005,
  4006,
  4007,
  ...Array.from({ length: 14 }, (_, index) => 4900 + index),
])
/** RESUMEs in a row without one new frame that a client bears (GW-12); after 4009 only one. */
const TRIES = 3

interface Frame {
  readonly op?: unknown
  readonly t?: unknown
  readonly s?: unknown
  readonly d?: unknown
}

/** What was said on one connection. */
interface Talk {
  /** What the client opened with. */
  said: 'identify' | 'resume' | null
  /** Whether its RESUME brought anything. */
  fruitful: boolean
  /** op 7, or the `d` of op 9, whichever came first. */
  verdict: 'reconnect' | 'resumable' | 'over' | null
  /** Whether the client closes by itself: what the server answers to that says nothing. */
  closing: boolean
}

const isSeq = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

/**
 * Knows from the wire, the reference and the written behaviours (GW-08 … GW-12) alone whether a client may give up its
 * session: the platform could still send again what it missed as long as nothing speaks against the session. Whatever
 * the client does against that is a problem.
 */
export class SessionJudge {
  readonly problems: string[] = []
  /** Sessions that are known to be over. */
  over = 0
  #session: { readonly id: string; seq: number } | null = null
  /** Why the session is over; `null` while it could be resumed. */
  #excuse: string | null = null
  #left = TRIES
  #talk: Talk = { said: null, fruitful: false, verdict: null, closing: false }
  #unreadable = false

  opened(): void {
    this.#talk = { said: null, fruitful: false, verdict: null, closing: false }
  }

  /** The client says something. */
  sent({ op, d }: Frame): void {
    if (op === 2) this.#onIdentify()
    if (op === 6) this.#onResume(d as { readonly session_id: string; readonly seq: number })
  }

  /** A message came that cannot be read: it may have been an event, and the client may say that one is lost. */
  unreadable(): void {
    this.#unreadable = true
  }

  received({ op, t, s, d }: Frame): void {
    const talk = this.#talk
    if (op === 7) talk.verdict ??= 'reconnect'
    if (op === 9) talk.verdict ??= d === true ? 'resumable' : 'over'
    if (op !== 0) return
    if (t === 'READY') this.#onReady(d, s)
    else if (this.#session && isSeq(s)) {
      if (s > this.#session.seq || t === 'RESUMED') talk.fruitful = true
      this.#session.seq = Math.max(this.#session.seq, s)
    }
  }

  /** The client begins to close. */
  closing(): void {
    this.#talk.closing = true
  }

  /** The connection is over: closed by the server, or let go of by the client (`null`). */
  ended(close: SocketClose | null): void {
    const { said, fruitful, verdict, closing } = this.#talk
    // Where nothing was said, nothing can have happened to the session.
    if (!this.#session || said === null) return
    const code = close === null || closing || verdict === 'reconnect' ? null : close.code
    const byCode = code !== null && code !== 1006
    if (byCode ? ENDS.has(code) : verdict === 'over') this.#end(byCode ? String(code) : 'op 9')
    const fruitless = said === 'resume' && !fruitful
    // A refused token says nothing about the session.
    if (fruitless && code === 4004) return
    const tries = code === 4009 ? 1 : TRIES
    this.#left = fruitless ? Math.min(this.#left - 1, tries) : tries
    if (this.#left <= 0) this.#end('fruitless resumes')
  }

  /** The client says that events are lost. */
  gap(reason: string): void {
    if (this.#excuse === null && !this.#unreadable) this.problems.push(`a gap without need: ${reason}`)
    this.#unreadable = false
  }

  #onIdentify(): void {
    this.#talk.said = 'identify'
    if (this.#session && this.#excuse === null) {
      this.problems.push(`identified although session ${this.#session.id} could be resumed`)
    }
    this.#session = null
  }

  #onResume({ session_id: id, seq }: { readonly session_id: string; readonly seq: number }): void {
    this.#talk.said = 'resume'
    const session = this.#session
    if (session === null || id !== session.id)
      this.problems.push(`resumed a session that it does not have: ${id}`)
    else if (this.#excuse !== null) this.problems.push(`resumed a session that is over: ${this.#excuse}`)
    else if (seq !== session.seq) this.problems.push(`resumed from ${seq}, but got as far as ${session.seq}`)
  }

  #onReady(d: unknown, s: unknown): void {
    const { session_id: id } = (d ?? {}) as { readonly session_id?: unknown }
    if (typeof id !== 'string' || id === this.#session?.id) return
    if (this.#session && this.#excuse === null) this.#end('READY in answer to RESUME')
    this.#session = { id, seq: isSeq(s) ? s : 0 }
    this.#excuse = null
    this.#left = TRIES
    this.#unreadable = false
  }

  #end(excuse: string): void {
    if (this.#excuse === null) this.over += 1
    this.#excuse ??= excuse
  }
}
