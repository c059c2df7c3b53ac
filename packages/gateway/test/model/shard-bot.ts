import type { Socket, SocketEvents, Transport, WireFrame } from '@qqkit/core'
import { ManualClock } from '@qqkit/core/testing'

import { Gateway } from '../../src/index.js'
import { ScriptedAccess } from '../support/scripted-access.js'
import type { Asked, Bot, Handed, Witness } from './bot.js'
import type { ModelStore } from './model-store.js'

/** A socket on which the platform acknowledges every heartbeat. */
class Line implements Socket {
  readonly events: SocketEvents
  said: { readonly op: number; readonly d: unknown } | null = null

  constructor(events: SocketEvents) {
    this.events = events
  }

  send(text: string): void {
    const frame = JSON.parse(text) as { readonly op: number; readonly d: unknown }
    if (frame.op === 1) this.hears({ op: 11 })
    else this.said = frame
  }

  hears(frame: unknown): void {
    this.events.onMessage(JSON.stringify(frame))
  }

  close(code: number): void {
    this.events.onClose({ code, reason: '' })
  }

  terminate(): void {}
}

/** A whole gateway with one shard, on a clock that stands still. */
export class ShardBot implements Bot {
  readonly #clock: ManualClock
  readonly #gateway: Gateway
  #line: Line | null = null
  #alive = true

  constructor(store: ModelStore, witness: Witness, wall: number, maxUnsettled: number) {
    this.#clock = new ManualClock(wall)
    const transport: Transport = { open: (_url, events) => (this.#line = new Line(events)) }
    this.#gateway = new Gateway({
      access: new ScriptedAccess(),
      appId: '1',
      transport,
      shards: 1,
      intents: 1 << 25,
      clock: this.#clock,
      random: () => 0.5,
      policy: { jitter: 0 },
      maxUnsettled,
      store: store.forLife(() => this.#alive),
    })
    this.#gateway.on('gap', ({ since }) => witness.gap(since ?? 0))
    this.#gateway.on('abandoned', ({ event }) => witness.abandoned(event as unknown as WireFrame))
    this.#gateway.on('quarantined', ({ event }) => witness.quarantined(event as unknown as WireFrame))
    void this.#gateway.run((delivery) => witness.handedOut(delivery as Handed)).catch(() => {})
  }

  async connect(): Promise<Asked> {
    let line: Line | null = null
    for (let step = 0; step < 1000; step += 1) {
      await this.#clock.settle()
      if (this.#line !== line && this.#line) {
        line = this.#line
        line.events.onOpen()
        line.hears({ op: 10, d: { heartbeat_interval: 40_000 } })
        await this.#clock.settle()
      }
      if (line?.said) {
        const { op, d } = line.said
        const { session_id: resume, seq } = (d ?? {}) as { readonly session_id: string; readonly seq: number }
        return op === 6 ? { resume, seq } : 'identify'
      }
      if (!(await this.#clock.step())) throw new Error('nothing will happen any more')
    }
    throw new Error('it does not connect')
  }

  async ready(session: string, seq: number): Promise<void> {
    await this.#hear({ op: 0, s: seq, t: 'READY', d: { session_id: session, user: {}, shard: [0, 1] } })
  }

  async resumed(seq: number): Promise<void> {
    await this.#hear({ op: 0, s: seq, t: 'RESUMED', d: '' })
  }

  async refuse(): Promise<void> {
    await this.#hear({ op: 9, d: false })
    await this.#clock.advance(1000)
    this.#line = null
  }

  async event(frame: WireFrame): Promise<void> {
    await this.#hear(frame)
  }

  async cut(): Promise<void> {
    const line = this.#line
    this.#line = null
    line?.events.onClose({ code: 1006, reason: '' })
    await this.#clock.settle()
  }

  async pass(ms: number): Promise<void> {
    await this.#clock.advance(ms)
  }

  now(): number {
    return this.#clock.wall()
  }

  async close(): Promise<void> {
    const closing = this.#gateway.close({ resumable: true })
    await this.#clock.advance(20_000)
    await closing
  }

  kill(): void {
    this.#alive = false
  }

  stuck(): string | null {
    const { unsettled } = this.#gateway.status().shards[0] ?? { unsettled: 0 }
    return unsettled > 0 && this.#clock.pending === 0 ? `${unsettled} events wait without a timer` : null
  }

  async #hear(frame: unknown): Promise<void> {
    this.#line?.hears(frame)
    await this.#clock.settle()
  }
}
