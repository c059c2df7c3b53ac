import type { ActionsWorld } from '../actions/state.js'

/**
 * A rule that lets listed users into groups by itself
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}). Moments are ms since
 * the epoch.
 */
export interface Strategy {
  readonly id: string
  readonly bot: string
  /** Either openids or numbers of groups. */
  readonly by: 'group_openids' | 'group_ids'
  readonly groups: Set<string>
  readonly users: Set<string>
  enabled: boolean
  expiresAt: number
  readonly createdAt: number
  updatedAt: number
  remark: string
}

/** The world as calls on groups see it. */
export interface GroupWorld extends ActionsWorld {
  /** Keyed by id. */
  readonly strategies: Map<string, Strategy>
}
