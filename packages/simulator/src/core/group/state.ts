import type { ActionsWorld } from '../actions/state.js'

/**
 * A rule that admits listed users to groups automatically
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}). Moments are ms since
 * the epoch.
 */
export interface Strategy {
  readonly id: string
  readonly bot: string
  /** The kind of group ids: openids or numbers. */
  readonly by: 'group_openids' | 'group_ids'
  readonly groups: Set<string>
  readonly users: Set<string>
  enabled: boolean
  expiresAt: number
  readonly createdAt: number
  updatedAt: number
  remark: string
}

/** The part of the world that calls on groups need. */
export interface GroupWorld extends ActionsWorld {
  /** Keyed by id. */
  readonly strategies: Map<string, Strategy>
}
