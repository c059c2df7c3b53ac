/** One API ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}). */
export interface ApiIdentify {
  readonly path: string
  readonly method: string
}

/**
 * An API and whether the guild granted it
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export interface ApiPermission extends ApiIdentify {
  readonly desc: string
  /** 1 granted. */
  readonly auth_status: 0 | 1
}

/**
 * `POST /guilds/{guild_id}/api_permission/demand`; 3 per guild and day
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-6 §2.6},
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export interface ApiPermissionDemandRequest {
  readonly channel_id: string
  readonly api_identify: ApiIdentify
  readonly desc: string
}

/**
 * The link that was sent
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export interface ApiPermissionDemand extends ApiPermissionDemandRequest {
  readonly guild_id: string
  readonly title: string
}

/** API permissions ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}). */
export interface ApiPermissionEndpoints {
  'GET /guilds/{guild_id}/api_permission': { response: { readonly apis: readonly ApiPermission[] } }
  'POST /guilds/{guild_id}/api_permission/demand': {
    body: ApiPermissionDemandRequest
    response: ApiPermissionDemand
  }
}
