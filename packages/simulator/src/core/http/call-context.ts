import type { Bot } from '../bot/state.js'
import type { HttpRequest } from '../kernel/input.js'
import type { KernelWorld } from '../kernel/kernel.js'
import type { Answer } from './answers.js'

/** The input of a route's handler. */
export interface CallContext {
  readonly call: number
  readonly request: HttpRequest
  /** Name of the route. */
  readonly route: string
  readonly bot: Bot
  /** Path parameters, decoded, in the order of the pattern. */
  readonly params: readonly string[]
  readonly query: URLSearchParams
  /** The JSON body as an object; empty when there is none. */
  readonly body: Readonly<Record<string, unknown>>
}

/** Executes a call. */
export type Handler<W extends KernelWorld> = (world: W, context: CallContext) => Answer
