import type { Handler } from '../../http/call-context.js'
import type { World } from '../../world/world.js'

/** A route of the REST API. `{}` in the pattern is one path segment. */
export interface Route {
  readonly method: string
  readonly pattern: string
  /** Stable name: faults match it, the log shows it. */
  readonly name: string
  readonly handler: Handler<World>
}

/** A row of a route table. */
export type Row = readonly [name: string, method: string, pattern: string, handler: Handler<World>]
