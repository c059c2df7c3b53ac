import type { EmptyAnswer } from './empty-answer.js'

/**
 * How an interaction is acknowledged
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-7 §5.7}).
 */
export const InteractionCode = {
  Ok: 0,
  Failed: 1,
  TooFrequent: 2,
  Repeated: 3,
  NoPermission: 4,
  AdminOnly: 5,
} as const
/** How an interaction is acknowledged. */
export type InteractionCode = (typeof InteractionCode)[keyof typeof InteractionCode]

/**
 * `PUT /interactions/{interaction_id}`; the id is `d.id`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-7 §5.7}). One answer per id,
 * within about 3 seconds.
 */
export interface InteractionAck {
  readonly code: InteractionCode
  /** For plugin configuration queries. */
  readonly data?: unknown
  /** For search interactions; one official SDK only. */
  readonly layouts?: readonly unknown[]
}

/**
 * Interactions ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-7 §5.7}). The
 * answer may be empty or no JSON.
 */
export interface InteractionEndpoints {
  'PUT /interactions/{interaction_id}': { body: InteractionAck; response: EmptyAnswer }
}
