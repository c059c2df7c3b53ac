import type {
  BodyOf,
  CreatePanelRequest,
  PanelPage,
  PanelRecord,
  PanelTargetRequest,
  QueryOf,
  ResponseOf,
} from '@qqkit/protocol'

import type { CallOptions } from '../../pipeline/client.js'
import { panelPaging } from '../calls/pagings.js'
import { Resource } from './resource.js'

type PageQuery = QueryOf<'GET /v2/panels'>

/**
 * Panels of commands and links beside the input box; at most 20
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}).
 */
export class PanelsApi extends Resource {
  /**
   * One page of the panels of a scope, by default 20, at most 50; `is_end` says whether it is the last
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}).
   */
  list(query: PageQuery, options?: CallOptions): Promise<PanelPage> {
    return this.calls.call('GET /v2/panels', {}, { query }, options)
  }

  /**
   * Every panel of a scope, page by page
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}). `timeout` holds for
   * each page.
   */
  all(query: PageQuery, options?: CallOptions): AsyncGenerator<PanelRecord, void, undefined> {
    return this.calls.pages('GET /v2/panels', panelPaging, {}, query, options)
  }

  /**
   * Creates a panel of up to 20 items; panels of channels and DMs are for everyone
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}).
   */
  create(body: CreatePanelRequest, options?: CallOptions): Promise<ResponseOf<'POST /v2/panels'>> {
    return this.calls.call('POST /v2/panels', {}, { body }, options)
  }

  /** A panel ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}). */
  get(panelId: string, options?: CallOptions): Promise<PanelRecord> {
    return this.calls.call('GET /v2/panels/{panel_id}', { panel_id: panelId }, {}, options)
  }

  /**
   * Replaces the content of a panel; its targets stay
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}).
   */
  update(
    panelId: string,
    body: BodyOf<'PUT /v2/panels/{panel_id}'>,
    options?: CallOptions,
  ): Promise<ResponseOf<'PUT /v2/panels/{panel_id}'>> {
    return this.calls.call('PUT /v2/panels/{panel_id}', { panel_id: panelId }, { body }, options)
  }

  /** Deletes a panel ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}). */
  delete(panelId: string, options?: CallOptions): Promise<void> {
    return this.calls.run('DELETE /v2/panels/{panel_id}', { panel_id: panelId }, {}, options)
  }

  /**
   * Adds up to 20 users or groups to the targets of a panel, or removes them
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}).
   */
  changeTargets(panelId: string, body: PanelTargetRequest, options?: CallOptions): Promise<void> {
    return this.calls.run('PUT /v2/panels/{panel_id}/target', { panel_id: panelId }, { body }, options)
  }
}
