import type { WireFrame } from '@qqkit/core'

import { DeliveryTracker } from '../../src/delivery/delivery-tracker.js'
import type { SessionCheckpoint } from '../../src/delivery/session-checkpoint.js'
import { advance, type Session } from '../../src/machine/session.js'
import type { Asked, Bot, Witness } from './bot.js'
import type { ModelStore } from './model-store.js'

interface Record extends SessionCheckpoint {
  readonly since: number
}

/** The pure tracker, with the little of machine, writer and timers that it is used by. */
export class TrackerBot implements Bot {
  readonly #tracker: DeliveryTracker
  readonly #store: ModelStore
  readonly #witness: Witness
  readonly #wallStart: number
  #now = 0
  #session: Session | null = null
  #writing = false
  #begun = 0
  #alive = true
  #pumping = false

  private constructor(store: ModelStore, witness: Witness, wall: number, maxUnsettled: number) {
    this.#tracker = new DeliveryTracker({ deliveryDeadline: 600_000, maxUnsettled, whenFull: undefined })
    this.#store = store
    this.#witness = witness
    this.#wallStart = wall
  }

  static async open(
    store: ModelStore,
    witness: Witness,
    wall: number,
    maxUnsettled: number,
  ): Promise<TrackerBot> {
    const bot = new TrackerBot(store, witness, wall, maxUnsettled)
    if (store.mode === 'fails' || store.mode === 'hangs') {
      bot.#tracker.storeFailed()
      witness.gap(0)
      return bot
    }
    if (store.text === null) return bot
    const record = JSON.parse(store.text) as Record
    const { since } = record
    bot.#tracker.restore({ checkpoint: record, since: since - wall, writesAhead: true })
    bot.#session = {
      id: record.sessionId,
      seq: record.committed,
      jump: null,
      startedAt: 0,
      heardAt: since - wall,
    }
    return bot
  }

  async connect(): Promise<Asked> {
    this.#pass(1000)
    const session = this.#session
    if (!session) return 'identify'
    return { resume: session.id, seq: this.#tracker.resuming(session.seq ?? 0, session.heardAt) }
  }

  async ready(id: string, seq: number): Promise<void> {
    this.#session = { id, seq, jump: null, startedAt: this.#now, heardAt: this.#now }
    this.#tracker.begin(id)
    this.#tracker.pass(seq)
    await this.#pump()
  }

  async resumed(seq: number): Promise<void> {
    this.#hear(seq)
    this.#tracker.pass(seq)
    this.#tracker.resumed()
    await this.#pump()
  }

  async refuse(): Promise<void> {
    const session = this.#session
    this.#session = null
    if (!session) return
    const { seq, heardAt } = session
    this.#tracker.drop({ since: heardAt, lastSeq: seq, reason: 'refused' })
    await this.#pump()
  }

  async event(frame: WireFrame): Promise<void> {
    if (typeof frame.s === 'number') this.#hear(frame.s)
    this.#tracker.receive(frame, this.#now)
    await this.#pump()
  }

  async cut(): Promise<void> {}

  async pass(ms: number): Promise<void> {
    this.#pass(ms)
    await this.#pump()
    // What has just landed gets its turn.
    for (let turn = 0; turn < 100 && this.#alive; turn += 1) await Promise.resolve()
  }

  now(): number {
    return this.#wallStart + this.#now
  }

  async close(): Promise<void> {
    this.#tracker.drain()
    this.#dispatch()
    this.#pass(10_000)
    this.#tracker.goodbye(true)
    await this.#pump()
    this.#alive = false
  }

  kill(): void {
    this.#alive = false
  }

  stuck(): string | null {
    const { open, waiting, wakeAt } = this.#tracker
    return open + waiting > 0 && wakeAt === Infinity
      ? `${open} open and ${waiting} waiting events have no timer`
      : null
  }

  #hear(seq: number): void {
    this.#session &&= advance(this.#session, seq, this.#now)
  }

  #pass(ms: number): void {
    const end = this.#now + ms
    for (let at = this.#tracker.wakeAt; at <= end && this.#alive; at = this.#tracker.wakeAt) {
      this.#now = Math.max(this.#now, at)
      this.#tracker.tick(this.#now)
      this.#dispatch()
    }
    this.#now = end
  }

  async #pump(): Promise<void> {
    this.#dispatch()
    while (this.#alive && !this.#writing && this.#begun < this.#tracker.revision) {
      const writing = this.#write()
      // What hangs goes on by itself.
      if (this.#store.mode === 'slow' || this.#store.mode === 'hangs')
        return void writing.then(() => this.#pump())
      await writing
      this.#dispatch()
    }
  }

  async #write(): Promise<void> {
    this.#writing = true
    const { revision } = this.#tracker
    this.#begun = revision
    const checkpoint = this.#tracker.checkpoint()
    const since = this.#tracker.missingSince(this.#session?.heardAt ?? this.#now) + this.#wallStart
    try {
      await this.#store.write(checkpoint && JSON.stringify({ ...checkpoint, since }))
      this.#tracker.stored(revision)
    } catch {
      this.#tracker.storeFailed()
    }
    this.#writing = false
    // At once, like a shard: an event may have waited for this write.
    if (this.#alive) this.#dispatch()
  }

  #dispatch(): void {
    if (this.#pumping) return
    this.#pumping = true
    for (let out = this.#tracker.next(this.#now); out && this.#alive; out = this.#tracker.next(this.#now)) {
      if (out.type === 'gap') this.#witness.gap(out.gap.since + this.#wallStart)
      else if (out.type === 'given_up') this.#witness.abandoned(out.event.frame)
      else if (out.type === 'quarantined') this.#witness.quarantined(out.event.frame)
      else if (out.type === 'hand_out') {
        const { event } = out
        const { frame, replayed } = event
        try {
          this.#witness.handedOut({ frame, replayed, settle: () => this.#settle(event) })
        } catch {
          this.#settle(event)
        }
      }
    }
    this.#pumping = false
  }

  #settle(event: Parameters<DeliveryTracker['settle']>[0]): void {
    if (!this.#alive) return
    this.#tracker.settle(event)
    this.#dispatch()
  }
}
