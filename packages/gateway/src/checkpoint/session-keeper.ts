import {
  QqkitError,
  withDeadline,
  type Clock,
  type LogRecord,
  type SessionSlot,
  type SessionStore,
} from '@qqkit/core'

import type { SessionCheckpoint } from '../delivery/session-checkpoint.js'
import { SessionWriter } from './session-writer.js'
import { decodeStoredSession, encodeStoredSession, type SessionIdentity } from './stored-session.js'

/** ms that the store may take to open, and to load. */
const STORE_DEADLINE = 5000

/** Where a session is kept, and whose it is. */
export interface SessionPlace {
  readonly store: SessionStore
  readonly identity: SessionIdentity
  readonly clock: Clock
}

/** Who has the session that is kept. */
export interface KeeperOwner {
  /** What to store now; `null` when there is no session. */
  checkpoint(): SessionCheckpoint | null
  onRecord(record: LogRecord): void
}

/** A session that an earlier process left. */
export interface KeptSession {
  readonly checkpoint: SessionCheckpoint
  /** ms since it was stored. */
  readonly age: number
}

/**
 * One shard's session in a store. Only somebody else's claim to it is an error: whatever else is wrong with the store
 * becomes one record, and the bot goes on without.
 */
export class SessionKeeper {
  /** What the store had; `null` when there was nothing of use. */
  readonly restored: KeptSession | null
  readonly #place: SessionPlace
  readonly #owner: KeeperOwner
  readonly #slot: SessionSlot | null
  /** Made when there is something to write. */
  #writer: SessionWriter | null = null
  /** Whether anything happened to a session in this life. */
  #marked = false
  #closing: Promise<void> | null = null

  private constructor(
    place: SessionPlace,
    owner: KeeperOwner,
    slot: SessionSlot | null,
    restored: KeptSession | null,
  ) {
    this.#place = place
    this.#owner = owner
    this.#slot = slot
    this.restored = restored
  }

  /**
   * Takes the place of the session in the store and loads what is there.
   *
   * @throws SessionBusyError when another process has it, and `signal.reason` on abort
   */
  static async open(place: SessionPlace, owner: KeeperOwner, signal?: AbortSignal): Promise<SessionKeeper> {
    const { store, identity, clock } = place
    signal?.throwIfAborted()
    const claim = new Claim()
    try {
      const { appId, shard } = identity
      const opening = async (): Promise<SessionSlot> => claim.take(store.open({ appId, shard }))
      const slot = await inTime(clock, STORE_DEADLINE, 'opening the session store', opening, signal)
      const text = await inTime(clock, STORE_DEADLINE, 'loading the session', async () => slot.load(), signal)
      const found = decodeStoredSession(text, identity)
      if (found.kind === 'unusable') {
        owner.onRecord({
          level: 'warn',
          event: 'gateway.session_ignored',
          message: `the stored session is ignored: ${found.problem}`,
        })
      }
      if (found.kind !== 'usable') return new SessionKeeper(place, owner, slot, null)
      const age = Math.max(0, clock.wall() - found.savedAt)
      return new SessionKeeper(place, owner, slot, { checkpoint: found.checkpoint, age })
    } catch (error) {
      const { slot } = claim
      if (slot === null || signal?.aborted) claim.giveUp()
      if (signal?.aborted) throw signal.reason
      if (QqkitError.is(error) && error.code === 'session_busy') throw error
      reportDegraded(owner, error)
      // A place that was taken may still be written to later, although it could not be read.
      return new SessionKeeper(place, owner, slot, null)
    }
  }

  /** The checkpoint has changed. Costs nothing to speak of, never throws. */
  mark(): void {
    this.#marked = true
    // What does not outlive the process need not be written before it ends.
    if (this.#place.store.durable) this.#open()?.mark()
  }

  /** Resolves when what was marked so far is stored, or after `ms`, or at once while the store does not work. */
  async landed(ms: number): Promise<void> {
    await this.#writer?.landed(ms)
  }

  /**
   * Stores the session for the next process, or clears the store, and lets go of it. Never rejects; calls share one
   * promise.
   *
   * @param options `within`: how long all of that may take, in ms
   */
  async close(options: ClosingOptions): Promise<void> {
    return (this.#closing ??= this.#close(options).catch((error: unknown) =>
      reportDegraded(this.#owner, error),
    ))
  }

  async #close({ keep, within }: ClosingOptions): Promise<void> {
    const slot = this.#slot
    const writer = this.#open()
    if (!slot || !writer) return
    const { clock } = this.#place
    const owner = this.#owner
    const endsAt = clock.now() + within
    const step = async (what: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> =>
      inTime(clock, Math.max(0, endsAt - clock.now()), what, work).catch((error: unknown) =>
        reportDegraded(owner, error),
      )
    // Otherwise what the store has is better than what we know, even if it could not be read.
    if (keep && (this.#marked || owner.checkpoint() !== null)) {
      writer.mark()
      await writer.flush(within)
    }
    writer.close()
    if (!keep) {
      await step('clearing the session store', async (signal) => {
        // A store need not bear two calls at once, and a write that comes after would bring the session back.
        await writer.idle()
        if (!signal.aborted) await slot.clear()
      })
    }
    await step('closing the session store', async () => slot.close())
  }

  #open(): SessionWriter | null {
    const slot = this.#slot
    if (!slot) return null
    const owner = this.#owner
    const { store, identity, clock } = this.#place
    return (this.#writer ??= new SessionWriter({
      slot,
      clock,
      eager: store.durable,
      snapshot: () => {
        const now = owner.checkpoint()
        return now && encodeStoredSession(identity, now, clock.wall())
      },
      onDegraded: (error) => reportDegraded(owner, error),
      onRecovered: () =>
        owner.onRecord({
          level: 'info',
          event: 'gateway.store_recovered',
          message: 'the session store works again',
        }),
    }))
  }
}

/** How a {@link SessionKeeper} is closed. */
interface ClosingOptions {
  /** Keep the session for the next process. */
  readonly keep: boolean
  readonly within: number
}

/** A place in the store that is asked for: given back if it comes after nobody waits for it any more. */
class Claim {
  /** Known as soon as it comes, however late whoever waits for it hears of that. */
  slot: SessionSlot | null = null
  #givenUp = false

  async take(opening: Promise<SessionSlot>): Promise<SessionSlot> {
    this.slot = await opening
    if (this.#givenUp) this.giveUp()
    return this.slot
  }

  giveUp(): void {
    this.#givenUp = true
    void this.slot?.close().catch(() => {})
  }
}

const inTime = async <T>(
  clock: Clock,
  ms: number,
  what: string,
  work: (signal: AbortSignal) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> => {
  const onTimeout = (): Error => new Error(`${what} took over ${ms} ms`)
  return withDeadline({ clock, ms, onTimeout, signal }, work)
}

const reportDegraded = (owner: KeeperOwner, error: unknown): void =>
  owner.onRecord({
    level: 'warn',
    event: 'gateway.store_failed',
    message:
      'the session store does not work: events go on, but this session cannot be resumed after a restart',
    error,
  })
