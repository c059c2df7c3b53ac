import type { EmptyAnswer } from './empty-answer.js'
import type { CursorAnswer, CursorQuery } from './pages.js'

/**
 * Where a panel shows ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}).
 */
export type PanelScope = 'c2c' | 'group' | 'channel' | 'dm'

/**
 * An item of a panel ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}).
 */
export interface PanelItem {
  /** At most 14 characters. */
  readonly name: string
  /** At most 30 characters. */
  readonly desc?: string
  readonly type: 'command' | 'link'
  readonly only_admin?: boolean
  readonly link?: unknown
}

/**
 * A panel: at most 20 items
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}).
 */
export interface Panel {
  readonly items: readonly PanelItem[]
  /** At most 255 characters. */
  readonly remark?: string
}

/**
 * Whom a panel is for; at most 20 openids a call, channel and dm only `all`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}).
 */
export interface PanelTargets {
  readonly user_openids?: readonly string[]
  readonly group_openids?: readonly string[]
}

/** `POST /v2/panels` ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}). */
export interface CreatePanelRequest extends PanelTargets {
  readonly scope: PanelScope
  readonly target_type?: 'all' | 'specific'
  readonly panel: Panel
}

/**
 * A panel as it is kept ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}).
 */
export interface PanelRecord extends PanelTargets {
  readonly panel_id: string
  readonly scope: PanelScope
  readonly target_type: 'all' | 'specific'
  readonly panel: Panel
  readonly version: number | string
  readonly created_at?: string | number
  readonly updated_at?: string | number
}

/**
 * `GET /v2/panels`; 20 a page, at most 50
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}).
 */
export interface PanelPage extends CursorAnswer {
  readonly records: readonly PanelRecord[]
  readonly is_end: boolean
}

/**
 * `PUT /v2/panels/{panel_id}/target`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}).
 */
export interface PanelTargetRequest extends PanelTargets {
  readonly op: 'add' | 'del'
}

/** Panels ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}). */
export interface PanelEndpoints {
  'GET /v2/panels': { query: CursorQuery & { readonly scope: PanelScope }; response: PanelPage }
  'POST /v2/panels': { body: CreatePanelRequest; response: { readonly panel_id: string } }
  'GET /v2/panels/{panel_id}': { response: PanelRecord }
  /** Keeps the targets. */
  'PUT /v2/panels/{panel_id}': {
    body: { readonly panel: Panel }
    response: { readonly version: number | string }
  }
  'DELETE /v2/panels/{panel_id}': { response: EmptyAnswer }
  'PUT /v2/panels/{panel_id}/target': { body: PanelTargetRequest; response: EmptyAnswer }
}
