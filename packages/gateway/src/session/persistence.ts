import { type Clock, type LogRecord, QqkitError, type SessionSlot, type SessionStore } from '@qqkit/core'
import { messageOf, withDeadline } from '@qqkit/core/internal'

import type { SessionCheckpoint } from '../delivery/session-checkpoint.js'
import { accessFaultOf } from '../machine/errors.js'
import { decodeStoredSession, type SessionIdentity, type StoredSession } from './stored-session.js'
import { SessionWriter, type Snapshot } from './writer.js'

/** ms that the store may take to open, and to load. */
const STORE_DEADLINE = 5000
/** ms until a store that could not be opened is tried again. */
const REOPEN = 60_000

/** Where a session is kept, and whose it is. */
export interface SessionPlace {
  readonly store: SessionStore
  readonly identity: SessionIdentity
  readonly clock: Clock
}

/** Whose session is kept. */
export interface KeeperOwner {
  /** What to store now. */
  snapshot(): Snapshot
  /** Everything up to a revision is stored. */
  onStored(revision: number): void
  /** The store does not work. */
  onStoreFailed(): void
  /** Another process has taken the place over: this one must not go on. */
  onTaken(error: unknown): void
  onRecord(record: LogRecord): void
}

/** What was found of an earlier process. */
export type Found =
  | { readonly kind: 'nothing' }
  | {
      readonly kind: 'session'
      readonly checkpoint: SessionCheckpoint
      readonly since: number
      readonly startedAt: number
    }
  /** There was, or may have been, a session that cannot be gone on with: events since then are lost. */
  | {
      readonly kind: 'lost'
      /** `null`: nobody knows. */
      readonly since: number | null
      readonly lastSeq: number | null
      readonly reason: string
    }

/** What most shards find; each keeps what it found. */
const NOTHING: Found = Object.freeze({ kind: 'nothing' })

/**
 * One shard's session in a store. Only somebody else's claim to it is an error: whatever else is wrong with the store
 * becomes one record, and the bot goes on without.
 */
export class SessionPersistence {
  /** What an earlier process left; its times are wall time in ms. */
  readonly found: Found
  readonly #place: SessionPlace
  readonly #owner: KeeperOwner
  #slot: SessionSlot | null
  /** Made when there is something to write. */
  #writer: SessionWriter | null = null
  /** Whether anything happened to a session in this life. */
  #marked = false
  #problem: string | null = null
  #cancelReopen: (() => void) | null = null
  #reopening: Claim | null = null
  #closing: Promise<void> | null = null

  private constructor(place: SessionPlace, owner: KeeperOwner, slot: SessionSlot | null, found: Found) {
    this.#place = place
    this.#owner = owner
    this.#slot = slot
    this.found = found
    if (slot === null) this.#reopenLater()
    else this.#watch(slot)
  }

  /**
   * Takes the place of the session in the store and loads what is there.
   *
   * @throws SessionBusyError when another process has it, and `signal.reason` on abort
   */
  static async open(
    place: SessionPlace,
    owner: KeeperOwner,
    signal?: AbortSignal,
  ): Promise<SessionPersistence> {
    const { store, identity, clock } = place
    signal?.throwIfAborted()
    const claim = new Claim()
    try {
      const { appId, shard } = identity
      const opening = async (): Promise<SessionSlot> => claim.take(store.open({ appId, shard }))
      const slot = await inTime(clock, STORE_DEADLINE, 'opening the session store', opening, signal)
      const load = async (): Promise<StoredSession> => find(slot, place)
      const stored = await inTime(clock, STORE_DEADLINE, 'loading the session', load, signal)
      return new SessionPersistence(place, owner, slot, told(stored, owner))
    } catch (error) {
      const { slot } = claim
      if (slot === null || signal?.aborted) claim.giveUp()
      if (signal?.aborted) throw signal.reason
      // Whatever else is wrong may pass, or can be done without.
      if (isBusy(error) || accessFaultOf(error) === 'fatal') throw error
      reportDegraded(owner, error)
      owner.onStoreFailed()
      const reason = `the session store could not be read: ${messageOf(error)}`
      // A place that was taken may still be written to later, although it could not be read.
      const keeper = new SessionPersistence(place, owner, slot, {
        kind: 'lost',
        since: null,
        lastSeq: null,
        reason,
      })
      keeper.#problem = messageOf(error)
      return keeper
    }
  }

  /** Why sessions are not stored at the moment; `null` when they are. */
  get problem(): string | null {
    return this.#problem
  }

  /**
   * There is something new to store. Costs nothing to speak of, never throws.
   *
   * @param urgent whether an event waits until it is stored
   */
  mark(revision: number, urgent: boolean): void {
    this.#marked = true
    if (this.#place.store.durable) this.#open()?.mark(revision, urgent)
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
    this.#cancelReopen?.()
    this.#reopening?.giveUp()
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
    if (keep && (this.#marked || owner.snapshot().text !== null)) {
      writer.mark(owner.snapshot().revision, false)
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
    const { store, clock } = this.#place
    return (this.#writer ??= new SessionWriter({
      store,
      slot,
      clock,
      snapshot: () => owner.snapshot(),
      onStored: (revision) => {
        this.#problem = null
        owner.onStored(revision)
      },
      onDegraded: (error) => {
        this.#problem = messageOf(error)
        reportDegraded(owner, error)
        owner.onStoreFailed()
      },
      onRecovered: () => this.#onRecovered(),
    }))
  }

  #watch(slot: SessionSlot): void {
    slot.taken?.then(
      (error) => {
        if (!this.#closing) this.#owner.onTaken(error)
      },
      // A store that cannot tell has not told.
      () => {},
    )
  }

  #onRecovered(): void {
    this.#problem = null
    const message = 'the session store works again'
    this.#owner.onRecord({ level: 'info', event: 'gateway.store_recovered', message })
  }

  #reopenLater(): void {
    this.#cancelReopen = this.#place.clock.setTimer(REOPEN, () => void this.#reopen())
  }

  /** A store that could not be opened may only have been slow. */
  async #reopen(): Promise<void> {
    const { store, identity } = this.#place
    const claim = new Claim()
    this.#reopening = claim
    try {
      const { appId, shard } = identity
      // It may hang for long: nobody waits, and it is not asked a second time meanwhile.
      const slot = await claim.take(store.open({ appId, shard }))
      if (this.#closing) return
      this.#slot = slot
      this.#watch(slot)
      this.#onRecovered()
      this.mark(this.#owner.snapshot().revision, true)
    } catch (error) {
      if (this.#closing) return
      if (isBusy(error)) reportDegraded(this.#owner, error)
      this.#problem = messageOf(error)
      this.#reopenLater()
    }
  }
}

/** How a {@link SessionPersistence} is closed. */
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
    const slot: unknown = await opening
    if (typeof slot !== 'object' || slot === null) throw new TypeError('the session store gave no place')
    this.slot = slot as SessionSlot
    if (this.#givenUp) this.giveUp()
    return this.slot
  }

  giveUp(): void {
    this.#givenUp = true
    const { slot } = this
    // `async`, since a store of yours may throw at once, or return nothing.
    if (slot) void (async () => slot.close())().catch(() => {})
  }
}

/** What is in the place, or else under another number of shards, where nobody will look for it any more. */
const find = async (slot: SessionSlot, { store, identity }: SessionPlace): Promise<StoredSession> => {
  const stored = decodeStoredSession(await slot.load(), identity)
  if (stored.kind !== 'none' || !store.leftOver) return stored
  const { appId, shard } = identity
  const texts = await store.leftOver({ appId, shard })
  const others = texts.map((text) => decodeStoredSession(text, identity))
  return others.find(({ kind }) => kind !== 'none') ?? stored
}

const told = (stored: StoredSession, owner: KeeperOwner): Found => {
  if (stored.kind === 'none') return NOTHING
  if (stored.kind === 'unstored') {
    const reason = 'an earlier process ended before its session was stored'
    return { kind: 'lost', since: stored.since, lastSeq: null, reason }
  }
  if (stored.kind === 'usable') return { ...stored, kind: 'session' }
  const reason = `the stored session is ignored: ${stored.problem}`
  owner.onRecord({ level: 'warn', event: 'gateway.session_ignored', message: reason })
  return { kind: 'lost', since: stored.since, lastSeq: stored.lastSeq, reason }
}

const isBusy = (error: unknown): boolean => QqkitError.is(error) && error.code === 'session_busy'

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
