import type { WireFrame } from '@qqkit/core'
import { LinkedQueue, GenerationalMap, isThenable } from '@qqkit/core/internal'

import { isNear, isPlausible, progress, reach } from '../machine/progress.js'
import type { GapNotice } from '../machine/step.js'
import { SeqRanges, type SeqRange } from './seq-ranges.js'
import { joinCheckpoints, type SessionCheckpoint } from './session-checkpoint.js'
import type {
  AbandonReason,
  Note,
  OpenDelivery,
  OverflowChoice,
  SkipReason,
  Stage,
  TrackedEvent,
} from './tracked-event.js'

/** An event that was in flight when this many process lives in a row ended is not tried again. */
export const MOST_LIVES = 3
/** ms that the store may take to note what is about to be handed out. */
const NOTED = 5000
/** ms after which a suspect that has not ended the process is no longer waited for. */
const ALONE = 10_000
/** So many replayed events are noted, and then handed out, at once: whoever dies with them makes suspects of all. */
const AT_ONCE = 50
/** A timer that fires this many ms late means that the process slept: no handler is to blame for that. */
const SLEPT = 30_000
/** Events are remembered by key until at least this many others have come. */
const KNOWN_KEYS = 1000

/** Events that came while nothing was taken any more, and since when, in monotonic ms. */
interface Left {
  readonly count: number
  readonly since: number
}

const NOTHING_LEFT: Left = Object.freeze({ count: 0, since: Infinity })
const NONE = -1

/** A resume that is under way. */
interface Resume {
  /** The seq after which all is to come again. */
  readonly from: number
  /** Monotonic ms since when events may be missing. */
  readonly since: number
  /** So many numbers may be missing although nothing is. */
  readonly unheard: number
}

/** Up to where it was judged what replays have left out, and how many numbers were missing up to there. */
interface Judged {
  readonly through: number
  readonly missing: number
}

const NOTHING_JUDGED: Judged = Object.freeze({ through: NONE, missing: 0 })
/** Shared, and never written to: most shards are idle, and a map of its own is a good part of what one keeps. */
const NOTHING_YET: Map<number, TrackedEvent> = new Map()
const KEYS = { size: KNOWN_KEYS, keeps: ({ stage }: TrackedEvent): boolean => !hasEnded(stage) }
const GOING: Stage = Object.freeze({ kind: 'held', note: 'needless' })
const SUSPECTED: Stage = Object.freeze({ kind: 'suspected', note: 'needless' })
const FINISHED: Stage = Object.freeze({ kind: 'finished' })
const QUARANTINED: Stage = Object.freeze({ kind: 'quarantined' })

/** What a {@link DeliveryTracker} keeps to. */
export interface TrackerLimits {
  /** How long an event may be in the hands of a consumer, in ms; `Infinity` for ever. */
  readonly deliveryDeadline: number
  /** How many may be. */
  readonly maxUnsettled: number
  /** Chooses what gives way beyond that. Default: the oldest. */
  readonly whenFull: ((oldest: OpenDelivery, newest: OpenDelivery) => OverflowChoice) | undefined
}

/** What an earlier process left. */
export interface Inheritance {
  readonly checkpoint: SessionCheckpoint
  /** Monotonic ms since when events may be missing if what was in flight does not come again. */
  readonly since: number
  /** Whether a store has to note what is about to be handed out. */
  readonly noting: boolean
  /** Of the same session, in an earlier run of this process: what consumers still have of it goes over to this one. */
  readonly before?: DeliveryTracker | null
}

/** What a {@link DeliveryTracker} gives out. */
export type Output =
  /** From now on a consumer has it. */
  | { readonly type: 'hand_out'; readonly event: TrackedEvent }
  | { readonly type: 'given_up'; readonly event: TrackedEvent; readonly reason: AbandonReason }
  | { readonly type: 'quarantined'; readonly event: TrackedEvent }
  | { readonly type: 'gap'; readonly gap: GapNotice }
  /** A number came that cannot be one of the session's. */
  | { readonly type: 'jump'; readonly from: number | null; readonly to: number }

/**
 * The one owner of a shard's unfinished events (ADR 0015). Knows each from its arrival to its end, and gives out, one by
 * one, what is to be handed out and what is to be told. Pure like the machine: it has no clock, no store and no listener.
 */
export class DeliveryTracker {
  readonly #limits: TrackerLimits
  #sessionId: string | null = null
  /** How far the numbers of the session have come for sure. */
  #received = NONE
  /** The last one, where it left others out. */
  #jump = NONE
  /** Highest seq in `#seen`. */
  #top = NONE
  /** Highest seq that an earlier process knew: by number, since no ids are kept. */
  #restored = NONE
  /** Seqs that came, or that an earlier process had finished. */
  readonly #seen = new SeqRanges()
  /** By seq of the present session; copies under seqs of their own. */
  #unfinished = NOTHING_YET
  /** In flight when an earlier process ended, with its lives; until it comes. */
  #inherited: Map<number, number> | null = null
  #inheritedSince = Infinity
  /** Whether the replay may still bring what was inherited. */
  #replaying = false
  #resume: Resume | null = null
  /** What is known of the holes that replays have left. */
  #judged = NOTHING_JUDGED
  readonly #keys = new GenerationalMap<TrackedEvent>(KEYS)
  readonly #held = new LinkedQueue<TrackedEvent>()
  readonly #suspects = new LinkedQueue<TrackedEvent>()
  readonly #open = new LinkedQueue<TrackedEvent>()
  /** How many of those held wait for a revision that was asked for. */
  #asked = 0
  /** The suspect that has its turn, and until when (`Infinity` before it is handed out); given up, it may still do harm. */
  #alone: { readonly event: TrackedEvent; readonly until: number } | null = null
  #orders = 0
  /** What is to be told. */
  readonly #told: Output[] = []
  /** That there is nothing yet is worth storing as well. */
  #revision = 1
  #stored = 0
  #noting = false
  #storeAnswers = true
  #draining = false
  #goodbye = false
  /** What came during the drain and was not taken, and when the first of it came. */
  #left: Left = NOTHING_LEFT

  constructor(limits: TrackerLimits) {
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

  /** How many came and wait to be handed out. */
  get waiting(): number {
    return this.#held.length + this.#suspects.length
  }

  /** Whether events are left to the next process. */
  get draining(): boolean {
    return this.#draining
  }

  /** Whether a drain has to wait: for a consumer, or for an event that no next process would get. */
  get busy(): boolean {
    if (this.#open.length > 0) return true
    const { first: held } = this.#held
    const { first: suspect } = this.#suspects
    return (held !== null && this.#isOrphan(held)) || (suspect !== null && this.#isOrphan(suspect))
  }

  /** How far the numbers of the session have come, or `null`. */
  get received(): number | null {
    return this.#received === NONE ? null : this.#reached
  }

  /** Every seq up to this one is finished; `null` when nothing came yet. */
  get committed(): number | null {
    return this.#received === NONE ? null : this.#committed()
  }

  /** READY: a new session. */
  begin(sessionId: string): void {
    this.#forget()
    this.#sessionId = sessionId
    this.#revision += 1
  }

  /** Goes on with the session of an earlier process. What comes until RESUMED may have been handled by it. */
  restore({ checkpoint, since, noting, before }: Inheritance): void {
    this.#forget()
    const own = before?.checkpoint() ?? null
    const { sessionId, committed, doneAbove, inFlight } =
      own === null ? checkpoint : joinCheckpoints(checkpoint, own)
    this.#sessionId = sessionId
    this.#received = committed
    this.#seen.addRange([0, committed])
    for (const range of doneAbove) this.#seen.addRange(range)
    this.#top = doneAbove.at(-1)?.[1] ?? committed
    this.#restored = Math.max(this.#top, inFlight.at(-1)?.[0] ?? committed)
    this.#inherited = inFlight.length > 0 ? new Map(inFlight) : null
    this.#inheritedSince = inFlight.length > 0 ? since : Infinity
    this.#replaying = true
    // A process that died may have been sent a RESUMED, whose number does not come again.
    this.#resume = { from: committed, since, unheard: Math.max(0, ...inFlight.map(([, lives]) => lives)) }
    this.#noting = noting
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
    if (this.#resume) return this.#complete(this.#resume.from)
    this.#resume = { from: seq, since, unheard: 0 }
    // If it is true, it is asked for again.
    if (this.#jump > this.#reached) this.#seen.remove(this.#jump)
    return seq
  }

  /** RESUMED, whose number has come: nothing more is replayed. What should have come again and did not is lost. */
  resumed(): void {
    const resume = this.#resume
    this.#resume = null
    // The server says itself how far the session has come, and it may have sent what is below in any order.
    if (this.#received !== NONE) this.#received = this.#complete(Math.max(this.#received, this.#jump))
    this.#jump = NONE
    const leftOut = resume ? this.#leftOut(resume) : 0
    const missing = this.#replaying ? (this.#inherited?.size ?? 0) : 0
    const since = Math.min(leftOut > 0 && resume ? resume.since : Infinity, this.#inheritedSince)
    if (this.#replaying) {
      this.#replaying = false
      this.#inheritedSince = Infinity
      this.#revision += 1
    }
    if (missing + leftOut === 0) return
    const what = missing === 1 ? 'an event that was' : `${missing} events that were`
    const reason =
      missing > 0
        ? `${what} being handled when an earlier process ended did not come again`
        : `the replay left out ${leftOut === 1 ? 'a number' : `${leftOut} numbers`}`
    this.#told.push({ type: 'gap', gap: { since, lastSeq: this.received, reason } })
  }

  /** The session is gone. Events in the hands of a consumer stay there; those that wait are handed out all the same. */
  drop(gap: GapNotice): void {
    // Suspects that wait for their turn are lost should the process die before it.
    const since = Math.min(
      gap.since,
      this.#inheritedSince,
      this.#resume?.since ?? Infinity,
      earliest(this.#suspects),
    )
    this.#told.push({ type: 'gap', gap: { ...gap, since } })
    this.#forget()
    this.#revision += 1
  }

  /** Enters something that needs no handling: finished at once. */
  pass(seq: number): void {
    if (this.#sessionId === null || !this.#advance(seq)) return
    this.#arrive(seq)
    this.#revision += 1
  }

  /** Enters an event; {@link next} hands it out when it is its turn. Returns why there is nothing to hand out. */
  receive(frame: WireFrame, now: number): SkipReason | null {
    const sent = frame.s ?? null
    const ahead = sent !== null && sent > this.#received
    const seq = sent === null || this.#sessionId === null || this.#advance(sent) ? sent : null
    const numbered = seq !== null && this.#sessionId !== null
    // Twins are events of their own: only the name and the id of the frame itself say that it is the same event.
    const key = keyIn(frame)
    const first = key === null ? undefined : this.#keys.get(key)
    let left: number | undefined
    if (numbered) {
      if (seq <= this.#top || this.#inherited !== null) {
        left = this.#inherited?.get(seq)
        // A number may stand on another event by mistake; of replays only those that go further are believed to be new.
        const another =
          key !== null && first === undefined && seq > this.#restored && (ahead || this.#resume === null)
        if (another) this.#disown(seq)
        else if (this.#unfinished.has(seq)) return 'in_flight'
        if (!another && left === undefined && this.#seen.has(seq)) {
          this.#revision += 1
          return 'done'
        }
      }
      this.#arrive(seq)
    }
    const lives = left ?? 0
    if (first) {
      if (numbered) this.#enterCopy(first, seq)
      return 'copy'
    }
    const event: TrackedEvent = {
      frame,
      sessionId: this.#sessionId,
      seq,
      replayed: this.#replaying || left !== undefined,
      lives,
      // What is replayed was sent some time before.
      cameAt: Math.min(now, this.#resume?.since ?? now, left === undefined ? now : this.#inheritedSince),
      order: this.#orders++,
      stage: GOING,
      copies: null,
      prev: null,
      next: null,
    }
    if (key !== null) this.#keys.add(key, event)
    if (lives >= MOST_LIVES) {
      event.stage = QUARANTINED
      this.#revision += 1
      this.#told.push({ type: 'quarantined', event })
      return null
    }
    if (numbered) this.#enter(seq, event)
    this.#hold(event, now)
    return null
  }

  /** What is to be told or handed out, one after the other; `null`: nothing more at this moment. */
  next(now: number): Output | null {
    for (;;) {
      const told = this.#told.shift()
      if (told) return told
      const event = this.#nextReady(now)
      if (event === null || (this.#draining && !this.#isOrphan(event))) return null
      if (this.#makeRoom(event, now)) return this.#handOut(event, now)
    }
  }

  /** Finishes an event that a consumer has; `false`, and without effect, when it has ended already. */
  settle(event: TrackedEvent): boolean {
    if (event.stage.kind !== 'handed_out') return false
    this.#end(event, FINISHED)
    return true
  }

  /** At the end nobody came to it: it is left to the next process, or told. `false` when it has ended. */
  takeBack(event: TrackedEvent): boolean {
    if (event.stage.kind !== 'handed_out') return false
    if (this.#isOrphan(event)) {
      this.#end(event, FINISHED)
      this.#told.push({ type: 'gap', gap: this.#unhanded(1, event.cameAt) })
      return true
    }
    this.#open.remove(event)
    event.stage = event.lives > 0 ? SUSPECTED : GOING
    if (this.#alone?.event === event) this.#alone = { event, until: Infinity }
    if (this.#waitsForTurn(event)) this.#suspects.push(event)
    else this.#held.push(event)
    this.#revision += 1
    return true
  }

  /** The store has everything up to a revision. */
  stored(revision: number): void {
    this.#stored = Math.max(this.#stored, revision)
    this.#storeAnswers = true
  }

  /** The store does not work: nothing waits for it until it has stored something. */
  storeFailed(): void {
    this.#storeAnswers = false
  }

  /** Whether an event waits until the store has something. */
  get awaitsStore(): boolean {
    return this.#patience(this.#held.first) < Infinity || this.#patience(this.#suspects.first) < Infinity
  }

  /** Monotonic ms when {@link tick} is due; `Infinity`: nothing waits for time to pass. */
  get wakeAt(): number {
    const oldest = this.#open.first
    let at = oldest === null ? Infinity : sinceOf(oldest.stage) + this.#limits.deliveryDeadline
    if (this.#draining && !this.busy) return at
    at = Math.min(at, this.#patience(this.#held.first))
    const suspect = this.#suspects.first
    if (suspect === null) return at
    return Math.min(at, this.#alone?.until ?? this.#patience(suspect))
  }

  /** Time has passed. */
  tick(now: number): void {
    if (now - this.wakeAt > SLEPT) this.#startAnew(now)
    const { deliveryDeadline } = this.#limits
    for (let event = this.#open.first; event; event = this.#open.first) {
      if (sinceOf(event.stage) + deliveryDeadline > now) break
      this.#giveUp(event, 'deadline')
    }
    if (Math.min(this.#patience(this.#held.first), this.#patience(this.#suspects.first)) <= now)
      this.#storeAnswers = false
  }

  /** From now on nothing is handed out that the next process can get. */
  drain(): void {
    this.#draining = true
  }

  /** An event came during the drain that is not taken: the next process gets it, if there is one. */
  leave(now: number): void {
    const { count, since } = this.#left
    this.#left = { count: count + 1, since: Math.min(since, now) }
  }

  /**
   * The process says goodbye: what it leaves behind has not ended it.
   *
   * @param kept whether a next process goes on with the session; what is lost otherwise is told
   */
  goodbye(kept: boolean): void {
    this.#goodbye = true
    this.#draining = true
    this.#revision += 1
    let { count, since } = kept ? NOTHING_LEFT : this.#left
    if (!kept && this.#replaying && this.#inherited) {
      count += this.#inherited.size
      since = Math.min(since, this.#inheritedSince)
    }
    for (const line of [this.#held, this.#suspects]) {
      for (let event = line.first; event; event = event.next) {
        if (kept && !this.#isOrphan(event)) continue
        count += 1
        since = Math.min(since, event.cameAt)
      }
    }
    if (count > 0) this.#told.push({ type: 'gap', gap: this.#unhanded(count, since) })
  }

  /** What to store; `null` when there is nothing that could be resumed. */
  checkpoint(): SessionCheckpoint | null {
    const committed = this.#committed()
    // A resume has to name a seq; before the first one is finished there is none.
    if (this.#sessionId === null || committed <= NONE) return null
    const inFlight = this.#inFlight()
    return {
      sessionId: this.#sessionId,
      committed,
      doneAbove: doneAbove(this.#seen.toArray(), committed, inFlight),
      inFlight,
    }
  }

  /**
   * Monotonic ms since when events are missing should this session not be resumed.
   *
   * @param inTouch when the server last proved that nothing was missing
   */
  missingSince(inTouch: number): number {
    let since = Math.min(inTouch, this.#resume?.since ?? inTouch, this.#inheritedSince)
    for (const { cameAt } of this.#unfinished.values()) since = Math.min(since, cameAt)
    return since
  }

  /** Events that no process will get. */
  #unhanded(count: number, since: number): GapNotice {
    const reason = `the bot was stopped before ${count === 1 ? 'an event was' : `${count} events were`} handed out`
    return { since, lastSeq: this.received, reason }
  }

  /** What consumers had when an earlier run ended, they still have: it is not handed out again, and their word counts. */
  #takeOver(before: DeliveryTracker): void {
    this.#orders = before.#orders
    if (before.#alone?.event.stage.kind === 'handed_out') this.#alone = before.#alone
    for (let event = before.#open.shift(); event; event = before.#open.shift()) {
      this.#open.push(event)
      const key = keyIn(event.frame)
      if (key !== null) this.#keys.add(key, event)
      for (const { sessionId, seq } of [event, ...(event.copies ?? [])]) {
        // Another process may have finished it meanwhile.
        if (seq === null || sessionId !== this.#sessionId || this.#seen.has(seq)) continue
        this.#inherited?.delete(seq)
        this.#seen.add(seq)
        this.#top = Math.max(this.#top, seq)
        this.#enter(seq, event)
      }
    }
    if (this.#inherited?.size === 0) this.#inherited = null
    this.#revision += 1
  }

  get #reached(): number {
    return this.#jump === NONE ? this.#received : (reach(this.#received, this.#jump) as number)
  }

  /** Takes note of a number that came; `false`: it cannot be one of the session's, and counts as absent. */
  #advance(seq: number): boolean {
    if (seq === this.#received + 1 && this.#jump === NONE) {
      this.#received = seq
      return true
    }
    const received = this.#received === NONE ? null : this.#received
    if (!isPlausible(received, seq)) {
      this.#told.push({ type: 'jump', from: received, to: seq })
      return false
    }
    const jump = this.#jump
    this.#received = progress(received, jump === NONE ? null : jump, seq)
    this.#jump = seq > this.#received ? seq : NONE
    // The numbers go on far below it: it stood on the wrong event, and the right one is still to come.
    if (seq < jump && !isNear(seq, jump) && this.#resume === null) this.#seen.remove(jump)
    return true
  }

  #arrive(seq: number): void {
    this.#seen.add(seq)
    // A replay may come in any order, and whatever it still owes must not be taken for seen.
    if (this.#resume === null && this.#seen.isTooMany) this.#seen.bound(this.#reached)
    if (this.#inherited?.delete(seq) && this.#inherited.size === 0) this.#inherited = null
    if (seq > this.#top) this.#top = seq
  }

  /** How many numbers a replay that is over has left out, although it was to bring all. */
  #leftOut({ from, unheard }: Resume): number {
    const through = this.#received
    const { through: judged, missing } = this.#judged
    // Numbers that are skipped live are no loss: nobody promises that there are none. Then a hole in a replay is none either.
    if (this.#seen.missing(0, from) > missing) return 0
    const count = this.#seen.missing(Math.max(from, judged), through)
    if (count > 0) this.#judged = { through, missing: this.#seen.missing(0, through) }
    return count > unheard ? count : 0
  }

  #enterCopy(first: TrackedEvent, seq: number): void {
    this.#revision += 1
    if (hasEnded(first.stage)) return
    const sessionId = this.#sessionId as string
    this.#enter(seq, first)
    ;(first.copies ??= []).push({ sessionId, seq })
  }

  /** Takes a number away from an event that it stood on by mistake. */
  #disown(seq: number): void {
    const event = this.#unfinished.get(seq)
    if (event === undefined) return
    if (event.seq === seq && event.sessionId === this.#sessionId) event.seq = null
    else
      event.copies =
        event.copies?.filter((copy) => copy.seq !== seq || copy.sessionId !== this.#sessionId) ?? null
  }

  #enter(seq: number, event: TrackedEvent): void {
    if (this.#unfinished === NOTHING_YET) this.#unfinished = new Map()
    this.#unfinished.set(seq, event)
  }

  #hold(event: TrackedEvent, now: number): void {
    const noting = this.#noting && event.replayed
    const note: Note = noting ? 'due' : 'needless'
    if (event.lives > 0) {
      event.stage = { kind: 'suspected', note }
      // Others pass it only where it has to wait for its turn.
      if (this.#alone || this.#suspects.length > 0) return this.#suspects.push(event)
      this.#alone = { event, until: Infinity }
    } else if (noting) event.stage = { kind: 'held', note }
    if (noting && this.#asked < AT_ONCE) this.#ask(event, now)
    this.#held.push(event)
  }

  /** Lets the store know, with its next write, that an event is about to be handed out. */
  #ask(event: TrackedEvent, now: number): void {
    this.#revision += 1
    const note: Note = { revision: this.#revision, askedAt: now }
    event.stage = event.lives > 0 ? { kind: 'suspected', note } : { kind: 'held', note }
    if (!this.#waitsForTurn(event)) this.#asked += 1
  }

  /** Whether it stands in the line of suspects. */
  #waitsForTurn(event: TrackedEvent): boolean {
    return event.lives > 0 && this.#alone?.event !== event
  }

  #handOut(event: TrackedEvent, now: number): Output {
    this.#leaveLine(event)
    // The store learns of it now, unless it knows already.
    if (event.seq !== null && noteOf(event.stage) === 'needless') this.#revision += 1
    event.stage = { kind: 'handed_out', since: now }
    this.#open.push(event)
    if (event.lives > 0) this.#alone = { event, until: now + ALONE }
    return { type: 'hand_out', event }
  }

  /** Of those that may go the one that came first. */
  #nextReady(now: number): TrackedEvent | null {
    const held = this.#mayGo(this.#held.first, now)
    const suspect = this.#suspects.first === null ? null : this.#nextSuspect(now)
    if (held === null || suspect === null) return held ?? suspect
    return suspect.order < held.order ? suspect : held
  }

  #nextSuspect(now: number): TrackedEvent | null {
    if (this.#alone && now < this.#alone.until) return null
    this.#alone = null
    return this.#mayGo(this.#suspects.first, now)
  }

  /** Whether no next process can get it, since the session it came in is gone or it has no seq. */
  #isOrphan({ sessionId, seq }: TrackedEvent): boolean {
    return seq === null || sessionId !== this.#sessionId
  }

  #mayGo(event: TrackedEvent | null, now: number): TrackedEvent | null {
    if (event === null) return null
    const note = noteOf(event.stage)
    if (note === 'needless' || !this.#storeAnswers) return event
    if (note === 'due') {
      this.#ask(event, now)
      if (!this.#waitsForTurn(event)) this.#askMore(now)
      return null
    }
    return note.revision <= this.#stored ? event : null
  }

  /** With the first of those held, as many as may go at once. */
  #askMore(now: number): void {
    for (let event = this.#held.first; event && this.#asked < AT_ONCE; event = event.next) {
      if (noteOf(event.stage) === 'due') this.#ask(event, now)
    }
  }

  /** Until when an event waits for the store. */
  #patience(event: TrackedEvent | null): number {
    const note = event && this.#storeAnswers ? noteOf(event.stage) : 'needless'
    return typeof note === 'string' || note.revision <= this.#stored ? Infinity : note.askedAt + NOTED
  }

  #leaveLine(event: TrackedEvent): void {
    if (this.#waitsForTurn(event)) return this.#suspects.remove(event)
    if (typeof noteOf(event.stage) === 'object') this.#asked -= 1
    this.#held.remove(event)
  }

  /** Whether there is room for one more; if not, something gives way, and that is told first. */
  #makeRoom(event: TrackedEvent, now: number): boolean {
    const oldest = this.#open.first
    if (this.#open.length < this.#limits.maxUnsettled || oldest === null) return true
    const choice = this.#choose(oldest, event, now)
    if (choice === 'none') return true
    if (choice === 'newest') this.#leaveLine(event)
    this.#giveUp(choice === 'newest' ? event : oldest, 'overflow')
    return false
  }

  #choose(oldest: TrackedEvent, newest: TrackedEvent, now: number): OverflowChoice {
    const { whenFull } = this.#limits
    if (!whenFull) return 'oldest'
    try {
      const choice: unknown = whenFull(viewOf(oldest, now), viewOf(newest, now))
      if (choice === 'none' || choice === 'newest') return choice
      // An `async` one chooses too late, and may reject.
      if (isThenable(choice)) void Promise.resolve(choice).catch(() => {})
    } catch {
      // The socket is never paused and nothing may stall, whatever the hook does.
    }
    return 'oldest'
  }

  #giveUp(event: TrackedEvent, reason: AbandonReason): void {
    this.#end(event, { kind: 'given_up', reason })
    this.#told.push({ type: 'given_up', event, reason })
  }

  #end(event: TrackedEvent, stage: Stage): void {
    if (event.stage.kind === 'handed_out') this.#open.remove(event)
    event.stage = stage
    const harmless = stage === FINISHED || this.#alone?.until === Infinity
    if (this.#alone?.event === event && harmless) this.#alone = null
    this.#finish(event.sessionId, event.seq)
    if (event.copies) for (const { sessionId, seq } of event.copies) this.#finish(sessionId, seq)
    event.copies = null
  }

  #finish(sessionId: string | null, seq: number | null): void {
    if (seq === null || sessionId === null || sessionId !== this.#sessionId) return
    this.#unfinished.delete(seq)
    this.#revision += 1
  }

  #startAnew(now: number): void {
    for (let event = this.#open.first; event; event = event.next)
      event.stage = { kind: 'handed_out', since: now }
  }

  #committed(): number {
    let committed = this.#reached
    for (const seq of this.#unfinished.keys()) committed = Math.min(committed, seq - 1)
    if (this.#replaying && this.#inherited)
      for (const seq of this.#inherited.keys()) committed = Math.min(committed, seq - 1)
    return this.#resume ? Math.min(committed, this.#complete(this.#resume.from)) : committed
  }

  /** The last seq of the stretch without holes that begins with this one. */
  #complete(from: number): number {
    return this.#seen.endOf(from) ?? from
  }

  /** What is not finished, ascending, each with the lives that a crash from now on would leave it with. */
  #inFlight(): readonly (readonly [seq: number, lives: number])[] {
    const all: [number, number][] = this.#replaying ? [...(this.#inherited ?? [])] : []
    for (const [seq, { lives, stage }] of this.#unfinished)
      all.push([seq, !this.#goodbye && isAtRisk(stage) ? lives + 1 : lives])
    return all.sort(([one], [other]) => one - other)
  }

  #forget(): void {
    this.#sessionId = null
    this.#received = NONE
    this.#jump = NONE
    this.#judged = NOTHING_JUDGED
    this.#top = NONE
    this.#restored = NONE
    this.#seen.clear()
    this.#unfinished = NOTHING_YET
    this.#inherited = null
    this.#inheritedSince = Infinity
    this.#replaying = false
    this.#resume = null
    // What is not checkpointed any more need not be noted.
    for (const line of [this.#held, this.#suspects])
      for (let event = line.first; event; event = event.next)
        event.stage = event.lives > 0 ? SUSPECTED : GOING
    this.#asked = 0
  }
}

/** By what an event is known to be the same in another frame. */
const keyIn = ({ t, id }: WireFrame): string | null =>
  typeof id === 'string' && id !== '' ? `${t ?? ''}:${id}` : null

const earliest = (line: LinkedQueue<TrackedEvent>): number => {
  let at = Infinity
  for (let event = line.first; event; event = event.next) at = Math.min(at, event.cameAt)
  return at
}

const hasEnded = ({ kind }: Stage): boolean =>
  kind === 'finished' || kind === 'given_up' || kind === 'quarantined'

const noteOf = (stage: Stage): Note => ('note' in stage ? stage.note : 'needless')

const sinceOf = (stage: Stage): number => (stage.kind === 'handed_out' ? stage.since : Infinity)

/** Whether it may be what ends the process. */
const isAtRisk = (stage: Stage): boolean => stage.kind === 'handed_out' || typeof noteOf(stage) === 'object'

const viewOf = (event: TrackedEvent, now: number): OpenDelivery => ({
  event: event.frame,
  sessionId: event.sessionId,
  seq: event.seq,
  since: Math.min(sinceOf(event.stage), now),
  replayed: event.replayed,
})

/** What was seen above a seq and is not in flight, as ascending stretches. */
const doneAbove = (
  seen: readonly SeqRange[],
  committed: number,
  inFlight: readonly (readonly [seq: number, lives: number])[],
): readonly SeqRange[] => {
  const done: SeqRange[] = []
  let at = 0
  for (const [first, last] of seen) {
    let from = Math.max(first, committed + 1)
    while (at < inFlight.length && (inFlight[at] as readonly [number, number])[0] < from) at += 1
    for (; at < inFlight.length; at += 1) {
      const [seq] = inFlight[at] as readonly [number, number]
      if (seq > last) break
      if (seq > from) done.push([from, seq - 1])
      from = seq + 1
    }
    if (from <= last) done.push([from, last])
  }
  return done
}
