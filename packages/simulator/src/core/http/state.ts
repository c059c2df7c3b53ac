import type { BotWorld } from '../bot/state.js'

/** A call that is being handled or waits because of a fault. */
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
  /** The platform is still executing it. */
  executing: boolean
  /** What the client had of it before it was executed; status 0 when it gave up. */
  given: { readonly status: number; readonly body: string; readonly at: number } | null
}

/** The world with the HTTP calls that are open. */
export interface HttpWorld extends BotWorld {
  readonly calls: Map<number, OpenCall>
}
