import type { WireFrame } from '@qqkit/core'

/** One event of the platform, under its number in the test. */
export interface Said {
  readonly number: number
  readonly session: string
  readonly seq: number
  readonly frame: WireFrame
  /** The number of the event that this one repeats under another seq; `null` when it is one of its own. */
  readonly copyOf: number | null
  /** Wall ms. */
  readonly at: number
}

interface PlatformSession {
  readonly id: string
  readonly log: Said[]
  seq: number
  /** Whether it has left numbers out: then a missing one proves nothing. */
  skipped: boolean
  /** The seq of the last RESUMED. */
  resumed: number
}

/** How an event relates to the one before it. */
export type Kinship =
  | 'none'
  /** The same message as another event (§4.3, §4.6): both are handed out. */
  | 'twin'
  /** The same event under another seq. */
  | 'copy'

/** The platform's side of a shard: its sessions, and what each would replay. */
export class Platform {
  readonly said: Said[] = []
  #session: PlatformSession | null = null
  #sessions = 0

  get session(): PlatformSession | null {
    return this.#session
  }

  /** READY: a session with seq 1. */
  begin(): PlatformSession {
    this.#sessions += 1
    this.#session = { id: `session-${this.#sessions}`, log: [], seq: 1, skipped: false, resumed: 0 }
    return this.#session
  }

  /** The session is over: what it has not sent is lost. */
  end(): void {
    this.#session = null
  }

  /** The seq of RESUMED, which is not replayed. */
  next(): number {
    const { session } = this
    if (!session) throw new Error('no session')
    session.seq += 1
    session.resumed = session.seq
    return session.seq
  }

  say(at: number, kin: Kinship, hole: number, named: boolean): Said | null {
    const { session } = this
    if (!session) return null
    session.seq += 1 + hole
    session.skipped ||= hole > 0
    const before = session.log.at(-1)
    const number = this.said.length
    const kinsman = kin === 'none' || !before ? null : before
    const original = kin === 'copy' ? kinsman : null
    const frame: WireFrame = {
      op: 0,
      s: session.seq,
      t: kin === 'twin' ? 'GROUP_MESSAGE_CREATE' : (original?.frame.t ?? 'C2C_MESSAGE_CREATE'),
      ...(original?.frame.id
        ? { id: original.frame.id }
        : named && { id: `${kin === 'twin' ? 'twin' : 'event'}:${number}` }),
      d: { id: `message-${kinsman?.number ?? number}`, number },
    }
    const copyOf = original?.frame.id ? (original.copyOf ?? original.number) : null
    const said = { number, session: session.id, seq: session.seq, frame, copyOf, at }
    session.log.push(said)
    this.said.push(said)
    return said
  }

  /** What a Resume from a seq brings, in order. */
  after(seq: number): readonly Said[] {
    return this.#session?.log.filter((said) => said.seq > seq) ?? []
  }
}
