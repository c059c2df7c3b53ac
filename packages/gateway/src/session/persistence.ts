import { type Clock, type LogRecord, type SessionSlot, type SessionStore } from '@qqkit/core'
import { messageOf, withDeadline } from '@qqkit/core/internal'

import type { SessionCheckpoint } from '../delivery/session-checkpoint.js'
import { accessFaultOf, isBusy } from '../machine/errors.js'
import { decodeStoredSession, type SessionIdentity, type StoredSession } from './stored-session.js'
import { SessionWriter, type Snapshot } from './writer.js'

/** ms that the store may take to open, and to load. */
const STORE_DEADLINE = 5000
/** ms until a store that could not be opened is opened again. */
const REOPEN = 60_000

/** Dependencies of a {@link SessionPersistence}. */
export interface PersistenceDeps {
  readonly store: SessionStore
  readonly identity: SessionIdentity
  readonly clock: Clock
}

/** What a persistence reports to its shard, and asks it for. */
export interface PersistenceEvents {
  /** The latest state to store. */
  snapshot(): Snapshot
  /** Everything up to a revision is stored. */
  onStored(revision: number): void
  /** The store does not work. */
  onStoreFailed(): void
  /** Another process has taken the session over: this one must stop. */
  onTaken(error: unknown): void
  onRecord(record: LogRecord): void
}

/** What an earlier process left. */
export type Found =
  | { readonly kind: 'nothing' }
  | {
      readonly kind: 'session'
      readonly checkpoint: SessionCheckpoint
      readonly since: number
      readonly startedAt: number
    }
  /** There was, or may have been, a session that cannot be resumed: events since then are lost. */
  | {
      readonly kind: 'unusable'
      /** `null`: unknown. */
      readonly since: number | null
      readonly lastSeq: number | null
      readonly reason: string
    }

/** Shared by all shards that find nothing. */
const NOTHING: Found = Object.freeze({ kind: 'nothing' })

/**
 * Keeps one shard's session in a store. Only a session in use by another process is an error: any other problem of the
 * store becomes one log record, and the bot continues without it.
 */
export class SessionPersistence {
  /** What an earlier process left; times are wall ms. */
  readonly found: Found
  readonly #deps: PersistenceDeps
  readonly #events: PersistenceEvents
  #slot: SessionSlot | null
  /** Created with the first write. */
  #writer: SessionWriter | null = null
  /** Whether this process has anything newer than the store. */
  #marked = false
  #problem: string | null = null
  #cancelReopen: (() => void) | null = null
  #reopening: PendingSlot | null = null
  #closing: Promise<void> | null = null

  private constructor(
    deps: PersistenceDeps,
    events: PersistenceEvents,
    slot: SessionSlot | null,
    found: Found,
  ) {
    this.#deps = deps
    this.#events = events
    this.#slot = slot
    this.found = found
    if (slot === null) this.#reopenLater()
    else this.#watch(slot)
  }

  /**
   * Opens the session in the store and loads what is there.
   *
   * @throws SessionBusyError when another process has it, and `signal.reason` on abort
   */
  static async open(
    deps: PersistenceDeps,
    events: PersistenceEvents,
    signal?: AbortSignal,
  ): Promise<SessionPersistence> {
    const { store, identity, clock } = deps
    signal?.throwIfAborted()
    const pending = new PendingSlot()
    try {
      const { appId, shard } = identity
      const opening = async (): Promise<SessionSlot> => pending.take(store.open({ appId, shard }))
      const within = store.openWithin ?? STORE_DEADLINE
      const slot = await inTime(clock, within, 'opening the session store', opening, signal)
      const load = async (): Promise<StoredSession> => find(slot, deps)
      const stored = await inTime(clock, STORE_DEADLINE, 'loading the session', load, signal)
      return new SessionPersistence(deps, events, slot, foundIn(stored, events))
    } catch (error) {
      const { slot } = pending
      if (slot === null || signal?.aborted) pending.giveUp()
      if (signal?.aborted) throw signal.reason
      // Any other problem may pass, or the bot can do without the store.
      if (isBusy(error) || accessFaultOf(error) === 'fatal') throw error
      reportDegraded(events, error)
      events.onStoreFailed()
      const reason = `the session store could not be read: ${messageOf(error)}`
      // A slot that was opened may be writable later, although it could not be read.
      const persistence = new SessionPersistence(deps, events, slot, {
        kind: 'unusable',
        since: null,
        lastSeq: null,
        reason,
      })
      persistence.#problem = messageOf(error)
      return persistence
    }
  }

  /** Why sessions are not stored at the moment; `null` when they are. */
  get problem(): string | null {
    return this.#problem
  }

  /**
   * Marks a new revision to be stored. Cheap, and never throws.
   *
   * @param urgent whether an event waits until it is stored
   */
  mark(revision: number, urgent: boolean): void {
    this.#marked = true
    if (this.#deps.store.durable) this.#open()?.mark(revision, urgent)
  }

  /** Resolves when everything marked so far is stored, after `ms` at the latest, and at once while the store does not work. */
  async landed(ms: number): Promise<void> {
    await this.#writer?.landed(ms)
  }

  /**
   * Stores the session for the next process, or clears it, and closes the slot. Never rejects; calls share one promise.
   *
   * @param options `within`: time limit for all of it, in ms
   */
  async close(options: ClosingOptions): Promise<void> {
    return (this.#closing ??= this.#close(options).catch((error: unknown) =>
      reportDegraded(this.#events, error),
    ))
  }

  async #close({ keep, within }: ClosingOptions): Promise<void> {
    this.#cancelReopen?.()
    this.#reopening?.giveUp()
    const slot = this.#slot
    const writer = this.#open()
    if (!slot || !writer) return
    const { clock } = this.#deps
    const events = this.#events
    const endsAt = clock.now() + within
    const step = async (what: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> =>
      inTime(clock, Math.max(0, endsAt - clock.now()), what, work).catch((error: unknown) =>
        reportDegraded(events, error),
      )
    // Without news the stored session is kept as it is, even if it could not be read.
    if (keep && (this.#marked || events.snapshot().text !== null)) {
      writer.mark(events.snapshot().revision, false)
      await writer.flush(within)
    }
    writer.close()
    if (!keep) {
      await step('clearing the session store', async (signal) => {
        // A store need not support two calls at once, and a later write would bring the session back.
        await writer.idle()
        if (!signal.aborted) await slot.clear()
      })
    }
    await step('closing the session store', async () => slot.close())
  }

  #open(): SessionWriter | null {
    const slot = this.#slot
    if (!slot) return null
    const events = this.#events
    const { store, clock } = this.#deps
    return (this.#writer ??= new SessionWriter({
      store,
      slot,
      clock,
      snapshot: () => events.snapshot(),
      onStored: (revision) => {
        this.#problem = null
        events.onStored(revision)
      },
      onDegraded: (error) => {
        this.#problem = messageOf(error)
        reportDegraded(events, error)
        events.onStoreFailed()
      },
      onRecovered: () => this.#onRecovered(),
    }))
  }

  #watch(slot: SessionSlot): void {
    slot.taken?.then(
      (error) => {
        if (!this.#closing) this.#events.onTaken(error)
      },
      // A rejection does not mean that the session was taken.
      () => {},
    )
  }

  #onRecovered(): void {
    this.#problem = null
    const message = 'the session store works again'
    this.#events.onRecord({ level: 'info', event: 'gateway.store_recovered', message })
  }

  #reopenLater(): void {
    this.#cancelReopen = this.#deps.clock.setTimer(REOPEN, () => void this.#reopen())
  }

  /** A store that could not be opened may only have been slow. */
  async #reopen(): Promise<void> {
    const { store, identity } = this.#deps
    const pending = new PendingSlot()
    this.#reopening = pending
    try {
      const { appId, shard } = identity
      // It may hang for long: nothing waits for it, and it is not opened twice.
      const slot = await pending.take(store.open({ appId, shard }))
      if (this.#closing) return
      this.#slot = slot
      this.#watch(slot)
      this.#onRecovered()
      this.mark(this.#events.snapshot().revision, true)
    } catch (error) {
      if (this.#closing) return
      if (isBusy(error)) reportDegraded(this.#events, error)
      this.#problem = messageOf(error)
      this.#reopenLater()
    }
  }
}

/** Options of {@link SessionPersistence.close}. */
interface ClosingOptions {
  /** Keep the session for the next process. */
  readonly keep: boolean
  readonly within: number
}

/** A slot that is being opened; closed at once if it arrives after {@link giveUp}. */
class PendingSlot {
  /** Set as soon as the slot arrives. */
  slot: SessionSlot | null = null
  #givenUp = false

  async take(opening: Promise<SessionSlot>): Promise<SessionSlot> {
    const slot: unknown = await opening
    if (typeof slot !== 'object' || slot === null)
      throw new TypeError('open() of the session store returned no slot')
    this.slot = slot as SessionSlot
    if (this.#givenUp) this.giveUp()
    return this.slot
  }

  giveUp(): void {
    this.#givenUp = true
    const { slot } = this
    // `async`, since a user's store may throw synchronously, or return nothing.
    if (slot) void (async () => slot.close())().catch(() => {})
  }
}

/** The session in the slot, or else one that was stored under another number of shards. */
const find = async (slot: SessionSlot, { store, identity }: PersistenceDeps): Promise<StoredSession> => {
  const stored = decodeStoredSession(await slot.load(), identity)
  if (stored.kind !== 'none' || !store.leftOver) return stored
  const { appId, shard } = identity
  const texts = await store.leftOver({ appId, shard })
  const others = texts.map((text) => decodeStoredSession(text, identity))
  return others.find(({ kind }) => kind !== 'none') ?? stored
}

const foundIn = (stored: StoredSession, events: PersistenceEvents): Found => {
  if (stored.kind === 'none') return NOTHING
  if (stored.kind === 'unstored') {
    const reason = 'an earlier process ended before its session was stored'
    return { kind: 'unusable', since: stored.since, lastSeq: null, reason }
  }
  if (stored.kind === 'usable') return { ...stored, kind: 'session' }
  const reason = `the stored session is ignored: ${stored.problem}`
  events.onRecord({ level: 'warn', event: 'gateway.session_ignored', message: reason })
  return { kind: 'unusable', since: stored.since, lastSeq: stored.lastSeq, reason }
}

/** Runs work with a deadline in ms, whose error names the work. */
export const inTime = async <T>(
  clock: Clock,
  ms: number,
  what: string,
  work: (signal: AbortSignal) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> => {
  const onTimeout = (): Error => new Error(`${what} took over ${ms} ms`)
  return withDeadline({ clock, ms, onTimeout, signal }, work)
}

const reportDegraded = (events: PersistenceEvents, error: unknown): void =>
  events.onRecord({
    level: 'warn',
    event: 'gateway.store_failed',
    message:
      'the session store does not work: events still arrive, but this session cannot be resumed after a restart',
    error,
  })
