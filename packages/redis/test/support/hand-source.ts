import type { CloseOptions, Delivery, ShardId, Source, SourceStatus, WireFrame } from '@qqkit/core'
import { deliveryKey } from '@qqkit/core/internal'

/** A source that a test operates by hand, with the settlements of its deliveries. */
export class HandSource implements Source {
  readonly settled: string[] = []
  readonly acknowledged: number[] = []
  readonly closedWith: CloseOptions[] = []
  /** Whether it carries the codes of clicks, as a webhook does. */
  carriesCodes = false
  shard: ShardId | null = { index: 0, total: 1 }
  #state: SourceStatus['state'] = 'idle'
  #deliver: ((delivery: Delivery) => void) | null = null
  #end: (() => void) | null = null
  #fail: ((error: Error) => void) | null = null

  async run(deliver: (delivery: Delivery) => void): Promise<void> {
    this.#state = 'ready'
    this.#deliver = deliver
    await new Promise<void>((resolve, reject) => {
      this.#end = resolve
      this.#fail = reject
    })
  }

  /** Ends by itself. */
  fail(error: Error): void {
    this.#fail?.(error)
  }

  push(frame: WireFrame, more: Partial<Delivery> = {}): void {
    const key = deliveryKey(frame, () => 'no id')
    this.#deliver?.({
      key,
      frame,
      shard: this.shard,
      replayed: false,
      shared: false,
      acknowledged: false,
      settle: (outcome) => void this.settled.push(`${key} ${outcome}`),
      acknowledge: (code) => {
        if (this.carriesCodes) this.acknowledged.push(code)
        return this.carriesCodes
      },
      ...more,
    })
  }

  status(): SourceStatus {
    return { state: this.#state, reason: 'by hand' }
  }

  async close(options: CloseOptions = {}): Promise<void> {
    this.closedWith.push(options)
    this.#state = 'stopped'
    this.#end?.()
  }
}

let ids = 0

/** A message in a group, with an id of its own; `from` is who writes. */
export const message = (content: string, from: string = content, id: string = `m${++ids}`): WireFrame => ({
  op: 0,
  s: ids,
  t: 'GROUP_AT_MESSAGE_CREATE',
  id: `GROUP_AT_MESSAGE_CREATE:${id}`,
  d: { id, content, group_openid: 'g', author: { member_openid: from } },
})

/** The same as the platform writes it at a second of a minute. */
export const messageAt = (second: number, content: string, from: string): WireFrame => {
  const frame = message(content, from)
  const timestamp = `2026-09-01T09:08:${String(second).padStart(2, '0')}+08:00`
  return { ...frame, d: { ...(frame.d as object), timestamp } }
}

/** A click of somebody in the group of {@link message}. */
export const click = (id: string, from: string): WireFrame => ({
  op: 0,
  t: 'INTERACTION_CREATE',
  id: `INTERACTION_CREATE:${id}`,
  d: { id, chat_type: 1, group_openid: 'g', group_member_openid: from },
})

/** The words of a message. */
export const textOf = ({ frame }: Pick<Delivery, 'frame'>): string =>
  String((frame.d as { readonly content?: unknown }).content)
