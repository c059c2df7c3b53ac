import type { BotWorld } from '../bot/state.js'

/** A call without an answer yet, or whose execution a fault has postponed. */
export interface OpenCall {
  readonly call: number
  readonly startedAt: number
  readonly method: string
  readonly path: string
  bot: string | null
  route: string
  request: string
  executed: boolean
  code: number | null
  fault: string | null
  /** Whether its execution is still to come. */
  executing: boolean
  /** The answer that the client got before the execution; status 0 when it aborted. */
  given: { readonly status: number; readonly body: string | Uint8Array; readonly at: number } | null
}

/** The world with the HTTP calls that are open. */
export interface HttpWorld extends BotWorld {
  readonly calls: Map<number, OpenCall>
}
