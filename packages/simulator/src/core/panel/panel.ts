import type { PanelBody } from './panel-body.js'
import type { Scene } from '../scene.js'

/**
 * A panel of commands and links, as it is kept
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}). Moments are ms since
 * the epoch.
 */
export interface Panel {
  readonly id: string
  readonly bot: string
  readonly scope: Scene
  /** Openids of the users or groups that it is for; `null` when it is for all. */
  readonly targets: ReadonlySet<string> | null
  readonly panel: PanelBody
  readonly version: number
  readonly createdAt: number
  readonly updatedAt: number
}
