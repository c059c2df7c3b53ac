import type { SettleOutcome, WireFrame } from '@qqkit/core'

/** What a connection began with. */
export type Asked = { readonly resume: string; readonly seq: number } | 'identify'

/** One event in the hands of the consumer. */
export interface Handed {
  readonly frame: WireFrame
  readonly replayed: boolean
  settle(outcome: SettleOutcome): void
}

/** What a process tells. */
export interface Witness {
  handedOut(handed: Handed): void
  gap(since: number): void
  abandoned(frame: WireFrame): void
  quarantined(frame: WireFrame): void
}

/** One process life of a bot with one shard, from the side of the platform. */
export interface Bot {
  /** Connects, up to what it says after HELLO. */
  connect(): Promise<Asked>
  /** READY. */
  ready(session: string, seq: number): Promise<void>
  /** RESUMED. */
  resumed(seq: number): Promise<void>
  /** The resume is refused, and the session over. */
  refuse(): Promise<void>
  event(frame: WireFrame): Promise<void>
  /** The connection is lost. */
  cut(): Promise<void>
  pass(ms: number): Promise<void>
  /** Wall ms. */
  now(): number
  /** Ends it in order, with the session kept; what is being handled is not waited for longer than the drain takes. */
  close(): Promise<void>
  kill(): void
  /** What waits although no timer would end the wait; `null`: nothing. */
  stuck(): string | null
}
