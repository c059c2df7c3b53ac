import type { CallOptions } from '../../pipeline/client.js'
import { Resource } from './resource.js'

/**
 * Sessions of the old "HTTP gateway": known from one official SDK, never documented
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-1 §5.1}). For webhooks see
 * `@qqkit/webhook`.
 */
export class HttpSessionsApi extends Resource {
  /**
   * Creates a session of the old HTTP gateway; never documented
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-1 §5.1}).
   */
  create(body: object, options?: CallOptions): Promise<unknown> {
    return this.calls.call('POST /gateway/webhook/sessions', {}, { body }, options)
  }

  /**
   * The sessions of the old HTTP gateway; never documented
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-1 §5.1}).
   */
  list(options?: CallOptions): Promise<unknown> {
    return this.calls.call('GET /gateway/webhook/sessions', {}, {}, options)
  }

  /**
   * Checks a session of the old HTTP gateway; never documented
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-1 §5.1}).
   */
  check(sessionId: string, options?: CallOptions): Promise<unknown> {
    return this.calls.call(
      'PATCH /gateway/webhook/sessions/{session_id}',
      { session_id: sessionId },
      { query: { action: 'check' } },
      options,
    )
  }

  /**
   * Ends a session of the old HTTP gateway; never documented
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-1 §5.1}).
   */
  delete(sessionId: string, options?: CallOptions): Promise<void> {
    return this.calls.run(
      'DELETE /gateway/webhook/sessions/{session_id}',
      { session_id: sessionId },
      {},
      options,
    )
  }
}
