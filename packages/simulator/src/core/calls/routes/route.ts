import type { Handler } from '../../http/call-context.js'
import type { World } from '../../world/world.js'

/** A route of the REST API. `{}` in the pattern is one path segment. */
export interface Route {
  readonly method: string
  readonly pattern: string
  /** Stable name, used by faults and in the log. */
  readonly name: string
  readonly handler: Handler<World>
}

/** A route as the tables have it. */
export type Row = readonly [name: string, method: string, pattern: string, handler: Handler<World>]
