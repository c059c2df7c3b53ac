import type { WireFrame } from '@qqkit/core'
import { isThenable, LinkedQueue } from '@qqkit/core/internal'

import type { GapNotice } from '../machine/step.js'
import { DispatchQueue } from './dispatch-queue.js'
import { InFlight } from './in-flight.js'
import { checkpointOf, joinCheckpoints, type SessionCheckpoint } from './session-checkpoint.js'
import { isKey, NO_PLACE, RecentKeys } from './recent-keys.js'
import { SessionProgress } from './session-progress.js'
import {
  type AbandonReason,
  type OpenDelivery,
  type OverflowChoice,
  type SkipReason,
  type Stage,
  type TrackedEvent,
  type Unfinished,
  viewOf,
} from './tracked-event.js'

/** An event that was in flight when this many processes in a row died is quarantined. */
export const MOST_CRASHES = 3
/** A timer that fires this many ms late means that the process slept: no handler is to blame for that. */
const SLEPT = 30_000

/** Events that came while no more were taken, and since when, in monotonic ms. */
interface LeftToNext {
  readonly count: number
  readonly since: number
}

const NOTHING_LEFT: LeftToNext = Object.freeze({ count: 0, since: Infinity })

/** Limits of a {@link DeliveryTracker}. */
export interface TrackerOptions {
  /** How long a consumer may take for one event, in ms; `Infinity` for ever. */
  readonly deliveryDeadline: number
  /** How many events consumers may have at once. */
  readonly maxUnsettled: number
  /** Chooses which event is given up beyond that. Default: the oldest. */
  readonly whenFull: ((oldest: OpenDelivery, newest: OpenDelivery) => OverflowChoice) | undefined
  /** Whether consumers only pass events on: then no event can be why a process died, and all keep their order. Default: no. */
  readonly relays?: boolean
}

/** What an earlier process left. */
export interface Inheritance {
  readonly checkpoint: SessionCheckpoint
  /** Monotonic ms since when events may be missing if those in flight do not come again. */
  readonly since: number
  /** Whether a store has to record replayed events before they are dispatched. */
  readonly writesAhead: boolean
  /** The tracker of the same session in an earlier run of this process: consumers may still have events of it. */
  readonly before?: DeliveryTracker | null
}

/** What a {@link DeliveryTracker} gives out. */
export type Output =
  /** From now on a consumer has it. */
  | { readonly type: 'hand_out'; readonly event: TrackedEvent }
  | { readonly type: 'given_up'; readonly event: TrackedEvent; readonly reason: AbandonReason }
  | { readonly type: 'quarantined'; readonly event: TrackedEvent }
  | { readonly type: 'gap'; readonly gap: GapNotice }
  /** A number came that cannot belong to the session. */
  | { readonly type: 'jump'; readonly from: number | null; readonly to: number }

/** Shared, and never written to: most shards are idle, and a queue of its own is a good part of an idle shard's memory. */
const IDLE_QUEUE = new DispatchQueue(() => 0)

/**
 * The one owner of a shard's unfinished events (ADR 0015): it knows each from its arrival to its end. Pure like the machine,
 * without clock, store or listener.
 *
 * 1. {@link receive} recognises copies and finished events; `session-progress.ts` follows the numbers, `in-flight.ts` lists
 *    what is unfinished, and `recent-keys.ts` knows the latest ids.
 * 2. The event waits in `dispatch-queue.ts`: for its turn after a crash (`crash-suspects.ts`), or until the store has
 *    recorded it.
 * 3. {@link next} dispatches it, or gives up another one where too many are open.
 * 4. {@link settle} finishes it, {@link tick} gives it up after its deadline, {@link requeue} returns it unread.
 * 5. {@link checkpoint} says what the next process needs (`session-checkpoint.ts`).
 */
export class DeliveryTracker {
  readonly #limits: TrackerOptions
  #sessionId: string | null = null
  readonly #progress = new SessionProgress()
  readonly #inFlight = new InFlight()
  /** The first: that there is nothing yet is worth storing as well. */
  #revision = 1
  #queue = IDLE_QUEUE
  /** In the hands of consumers, of this session and older ones. */
  readonly #open = new LinkedQueue<TrackedEvent>()
  #keys: RecentKeys | null = null
  #arrivals = 0
  /** To be given out before the next event. */
  readonly #outputs: Output[] = []
  /** Whether the store must record replayed events before they are dispatched. */
  #writesAhead = false
  #draining = false
  #goodbye = false
  #leftToNext: LeftToNext = NOTHING_LEFT

  constructor(limits: TrackerOptions) {
    this.#limits = limits
  }

  /** The session that is tracked; `null` when there is none. */
  get sessionId(): string | null {
    return this.#sessionId
  }

  /** Counts what is worth storing. */
  get revision(): number {
    return this.#revision
  }

  /** How many events are in the hands of a consumer, of this session and older ones. */
  get open(): number {
    return this.#open.length
  }

  /** How many events wait for dispatch. */
  get waiting(): number {
    return this.#queue.length
  }

  /** Whether {@link next} may have something. */
  get mayHaveNext(): boolean {
    return this.#outputs.length > 0 || this.#queue.length > 0
  }

  /** Whether new events are left to the next process. */
  get draining(): boolean {
    return this.#draining
  }

  /** Whether a drain has to wait: for a consumer, or for an event that no next process would get. */
  get busy(): boolean {
    if (this.#open.length > 0) return true
    const { firstHeld, firstSuspect } = this.#queue
    return (
      (firstHeld !== null && this.#isOrphan(firstHeld)) ||
      (firstSuspect !== null && this.#isOrphan(firstSuspect))
    )
  }

  /** The highest seq of the session so far; `null` before any. */
  get received(): number | null {
    return this.#progress.received
  }

  /** Every seq up to this one is finished; `null` before any. */
  get committed(): number | null {
    return this.#progress.received === null ? null : this.#inFlight.committed(this.#progress)
  }

  /** Whether an event waits until the store has something. */
  get awaitsStore(): boolean {
    return this.#queue.storeDue < Infinity
  }

  /** Monotonic ms when {@link tick} is due; `Infinity`: never. */
  get wakeAt(): number {
    const oldest = this.#open.first
    const at = oldest === null ? Infinity : oldest.since + this.#limits.deliveryDeadline
    return this.#draining && !this.busy ? at : Math.min(at, this.#queue.wakeAt)
  }

  /** READY: a new session. */
  begin(sessionId: string): void {
    this.#forget()
    this.#sessionId = sessionId
    this.#changed()
  }

  /** Continues the session of an earlier process. Events before RESUMED may have been handled by that process. */
  restore({ checkpoint, since, writesAhead, before }: Inheritance): void {
    this.#forget()
    const own = before?.checkpoint() ?? null
    const { sessionId, committed, doneAbove, inFlight } =
      own === null ? checkpoint : joinCheckpoints(checkpoint, own)
    this.#sessionId = sessionId
    this.#progress.restore(committed, doneAbove, inFlight, since)
    this.#inFlight.restore(inFlight, since)
    this.#writesAhead = writesAhead && !this.#limits.relays
    if (before) this.#takeOver(before)
  }

  /**
   * A Resume is about to be sent.
   *
   * @param seq the highest one that came
   * @param since monotonic ms since when events may be missing
   * @returns the seq to resume from: an earlier one where a replay was cut short while it was out of order
   */
  resuming(seq: number, since: number): number {
    return this.#progress.resuming(seq, since)
  }

  /** RESUMED, whose number has come: the replay is over, and events that it should have brought are lost. */
  resumed(): void {
    const { resume } = this.#progress
    const leftOut = this.#progress.resumed()
    const missing = this.#inFlight.owed
    const since = Math.min(leftOut > 0 && resume ? resume.since : Infinity, this.#inFlight.inheritedSince)
    if (this.#inFlight.endReplay()) this.#changed()
    if (missing + leftOut === 0) return
    const what = missing === 1 ? 'an event that was' : `${missing} events that were`
    const reason =
      missing > 0
        ? `${what} being handled when an earlier process ended did not come again`
        : `the replay left out ${leftOut === 1 ? 'a number' : `${leftOut} numbers`}`
    this.#outputs.push({ type: 'gap', gap: { since, lastSeq: this.received, reason } })
  }

  /** The session is gone. Consumers keep the events they have; those that wait are dispatched all the same. */
  drop(gap: GapNotice): void {
    const since = Math.min(
      gap.since,
      this.#inFlight.inheritedSince,
      this.#progress.resume?.since ?? Infinity,
      this.#queue.suspectsSince(),
    )
    this.#outputs.push({ type: 'gap', gap: { ...gap, since } })
    this.#forget()
    this.#changed()
  }

  /** Enters an event that needs no handling: finished at once. */
  pass(seq: number): void {
    if (this.#sessionId === null || !this.#advance(seq)) return
    this.#arrive(seq)
    this.#changed()
  }

  /** Enters an event; {@link next} dispatches it in its turn. Returns why there is nothing to dispatch, else `null`. */
  receive(frame: WireFrame, now: number): SkipReason | null {
    const sent = frame.s ?? null
    const ahead = sent !== null && this.#progress.isAhead(sent)
    const seq = sent === null || this.#sessionId === null || this.#advance(sent) ? sent : null
    const numbered = seq !== null && this.#sessionId !== null
    // Only name and id of the frame itself identify an event: twins have ids of their own, and are two events.
    const keys = this.#ownKeys
    const first = keys.find(frame)
    let inherited: number | undefined
    if (numbered) {
      if (this.#progress.isBelowTop(seq) || this.#inFlight.hasInherited) {
        inherited = this.#inFlight.crashesOf(seq)
        // A number may be on another event by mistake; in a replay only an event that goes further is believed to be new.
        const another =
          first === undefined &&
          isKey(frame.id) &&
          !this.#progress.isRestored(seq) &&
          (ahead || this.#progress.resume === null)
        if (another) this.#inFlight.disown(seq)
        else if (this.#inFlight.has(seq)) return 'in_flight'
        if (!another && inherited === undefined && this.#progress.has(seq)) {
          this.#changed()
          return 'done'
        }
      }
      this.#arrive(seq)
    }
    if (first !== undefined) {
      if (numbered) this.#addCopy(first, seq)
      return 'copy'
    }
    const crashes = this.#limits.relays ? 0 : (inherited ?? 0)
    const event: TrackedEvent = {
      frame,
      sessionId: this.#sessionId,
      seq,
      replayed: this.#inFlight.replaying || inherited !== undefined,
      crashes,
      // A replayed event was sent some time before.
      cameAt: Math.min(
        now,
        this.#progress.resume?.since ?? now,
        inherited === undefined ? now : this.#inFlight.inheritedSince,
      ),
      order: this.#arrivals++,
      stage: crashes > 0 ? 'suspected' : 'held',
      writeAhead: 'needless',
      since: now,
      place: NO_PLACE,
      event: null,
      copies: null,
      prev: null,
      next: null,
      lower: null,
      higher: null,
    }
    keys.add(event)
    if (crashes >= MOST_CRASHES) {
      event.stage = 'quarantined'
      keys.end(event)
      this.#changed()
      this.#outputs.push({ type: 'quarantined', event })
      return null
    }
    if (numbered) this.#inFlight.add(event)
    this.#ownQueue.push(event, this.#writesAhead && event.replayed, now)
    return null
  }

  /** The next output; `null`: none at this moment. */
  next(now: number): Output | null {
    for (;;) {
      if (this.#outputs.length > 0) return this.#outputs.shift() as Output
      const event = this.#queue.next(now)
      if (event === null || (this.#draining && !this.#isOrphan(event))) return null
      if (!this.#makeRoom(event, now)) continue
      this.#queue.dispatch(event, now)
      this.#open.push(event)
      return { type: 'hand_out', event }
    }
  }

  /** Finishes an event that a consumer has; `false`, and without effect, when it has ended already. */
  settle(event: TrackedEvent): boolean {
    if (event.stage !== 'handed_out') return false
    this.#end(event, 'finished')
    return true
  }

  /** A consumer waits for a person: what comes of it may end the process, but the wait does not. Returns whether the next suspect may come. */
  endTurn(event: TrackedEvent): boolean {
    if (event.stage !== 'handed_out' || event.crashes === 0) return false
    this.#queue.end(event, true)
    return true
  }

  /** No consumer came to an event: it waits again, or is reported lost where no process would get it. */
  requeue(event: TrackedEvent): boolean {
    if (event.stage !== 'handed_out') return false
    if (this.#isOrphan(event)) {
      this.#end(event, 'finished')
      this.#outputs.push({ type: 'gap', gap: this.#undispatched(1, event.cameAt) })
      return true
    }
    this.#open.remove(event)
    this.#ownQueue.requeue(event)
    this.#changed()
    return true
  }

  /** The store has everything up to a revision. */
  stored(revision: number): void {
    // Whatever is recorded from now on gets a higher revision.
    if (this.#queue !== IDLE_QUEUE) this.#queue.stored(revision)
  }

  /** The store does not work: no event waits for it until a write has succeeded. */
  storeFailed(): void {
    this.#ownQueue.storeFailed()
  }

  /** Time has passed. */
  tick(now: number): void {
    if (now - this.wakeAt > SLEPT) this.#restartDeadlines(now)
    const { deliveryDeadline } = this.#limits
    for (let event = this.#open.first; event; event = this.#open.first) {
      if (event.since + deliveryDeadline > now) break
      this.#giveUp(event, 'deadline')
    }
    if (this.#queue.storeDue <= now) this.#queue.storeFailed()
  }

  /** From now on events that the next process can get are not dispatched. */
  drain(): void {
    this.#draining = true
  }

  /** An event came during the drain and was not taken: the next process gets it, if there is one. */
  leaveToNext(now: number): void {
    const { count, since } = this.#leftToNext
    this.#leftToNext = { count: count + 1, since: Math.min(since, now) }
  }

  /**
   * The process ends in order: none of the events in flight has ended it.
   *
   * @param kept whether a next process continues the session; otherwise the events that wait are reported lost
   */
  goodbye(kept: boolean): void {
    this.#goodbye = true
    this.#draining = true
    this.#changed()
    let { count, since } = kept ? NOTHING_LEFT : this.#leftToNext
    const { owed, inheritedSince } = this.#inFlight
    if (!kept && owed > 0) {
      count += owed
      since = Math.min(since, inheritedSince)
    }
    this.#queue.forEach((event) => {
      if (kept && !this.#isOrphan(event)) return
      count += 1
      since = Math.min(since, event.cameAt)
    })
    if (count > 0) this.#outputs.push({ type: 'gap', gap: this.#undispatched(count, since) })
  }

  /** What to store; `null` when there is no session that could be resumed. */
  checkpoint(): SessionCheckpoint | null {
    const committed = this.#inFlight.committed(this.#progress)
    // A resume has to name a seq; before the first one is finished there is none.
    if (this.#sessionId === null || committed < 0) return null
    const { ranges } = this.#progress
    return checkpointOf(this.#sessionId, committed, ranges, this.#inFlight.toArray(this.#goodbye))
  }

  /**
   * Monotonic ms since when events are missing should this session not be resumed.
   *
   * @param inTouch when the server last proved that nothing was missing
   */
  missingSince(inTouch: number): number {
    return this.#inFlight.missingSince(Math.min(inTouch, this.#progress.resume?.since ?? inTouch))
  }

  get #ownQueue(): DispatchQueue {
    if (this.#queue === IDLE_QUEUE) this.#queue = new DispatchQueue(() => this.#changed())
    return this.#queue
  }

  get #ownKeys(): RecentKeys {
    return (this.#keys ??= new RecentKeys())
  }

  #changed(): number {
    return (this.#revision += 1)
  }

  #advance(seq: number): boolean {
    const from = this.#progress.received
    if (this.#progress.advance(seq)) return true
    this.#outputs.push({ type: 'jump', from, to: seq })
    return false
  }

  #arrive(seq: number): void {
    this.#progress.see(seq)
    this.#inFlight.arrive(seq)
  }

  /** Whether no next process can get it, since the session it came in is gone or it has no seq. */
  #isOrphan({ sessionId, seq }: TrackedEvent): boolean {
    return seq === null || sessionId !== this.#sessionId
  }

  /** Events that no process will get. */
  #undispatched(count: number, since: number): GapNotice {
    const reason = `the bot was stopped before ${count === 1 ? 'an event was' : `${count} events were`} handed out`
    return { since, lastSeq: this.received, reason }
  }

  /** Consumers keep the events of an earlier run: these are not dispatched again, and settling them still counts. */
  #takeOver(before: DeliveryTracker): void {
    this.#arrivals = before.#arrivals
    if (before.#queue !== IDLE_QUEUE) this.#ownQueue.takeOver(before.#queue)
    for (let event = before.#open.shift(); event; event = before.#open.shift()) {
      this.#open.push(event)
      this.#ownKeys.find(event.frame)
      this.#ownKeys.add(event)
      for (const entry of [event, ...(event.copies ?? [])]) {
        const { sessionId, seq } = entry
        before.#inFlight.delete(entry)
        // Another process may have finished it meanwhile.
        if (seq === null || sessionId !== this.#sessionId || this.#progress.has(seq)) continue
        this.#arrive(seq)
        this.#inFlight.add(entry)
      }
    }
    this.#changed()
  }

  #addCopy(first: TrackedEvent | null, seq: number): void {
    this.#changed()
    if (first === null) return
    const copy = { sessionId: this.#sessionId, seq, event: first, lower: null, higher: null }
    this.#inFlight.add(copy)
    ;(first.copies ??= []).push(copy)
  }

  /** Whether there is room for one more; if not, one is given up, and that is the next output. */
  #makeRoom(event: TrackedEvent, now: number): boolean {
    const oldest = this.#open.first
    if (this.#open.length < this.#limits.maxUnsettled || oldest === null) return true
    const choice = this.#choose(oldest, event, now)
    if (choice === 'none') return true
    if (choice === 'newest') this.#queue.remove(event)
    this.#giveUp(choice === 'newest' ? event : oldest, 'overflow')
    return false
  }

  #choose(oldest: TrackedEvent, newest: TrackedEvent, now: number): OverflowChoice {
    const { whenFull } = this.#limits
    if (!whenFull) return 'oldest'
    try {
      const choice: unknown = whenFull(viewOf(oldest, now), viewOf(newest, now))
      if (choice === 'none' || choice === 'newest') return choice
      // An `async` hook chooses too late, and may reject.
      if (isThenable(choice)) void Promise.resolve(choice).catch(() => {})
    } catch {
      // The socket is never paused and nothing may stall, whatever the hook does.
    }
    return 'oldest'
  }

  #giveUp(event: TrackedEvent, reason: AbandonReason): void {
    this.#end(event, 'given_up')
    this.#outputs.push({ type: 'given_up', event, reason })
  }

  #end(event: TrackedEvent, stage: Stage): void {
    if (event.stage === 'handed_out') this.#open.remove(event)
    event.stage = stage
    this.#queue.end(event, stage === 'finished')
    this.#keys?.end(event)
    this.#finish(event)
    if (event.copies) for (const copy of event.copies) this.#finish(copy)
    event.copies = null
  }

  #finish(entry: Unfinished): void {
    if (entry.seq === null || entry.sessionId === null || entry.sessionId !== this.#sessionId) return
    this.#inFlight.delete(entry)
    this.#changed()
  }

  #restartDeadlines(now: number): void {
    for (let event = this.#open.first; event; event = event.next) event.since = now
  }

  #forget(): void {
    this.#sessionId = null
    this.#progress.clear()
    this.#inFlight.clear()
    this.#queue.forgetWriteAheads()
  }
}
