import { QqkitError, type Advice } from '@qqkit/core'

/** Why a gateway stops for good. */
export type GatewayErrorCode =
  | 'gateway_closed'
  | 'gateway_auth_failed'
  | 'gateway_access_denied'
  | 'gateway_session_busy'
  | 'gateway_store_unusable'
  | 'gateway_gave_up'
  | 'gateway_internal_fault'

/** Why a gateway stopped for good, as data. */
export interface GatewayFault {
  readonly code: GatewayErrorCode
  /** The server's close code, where one is to blame. */
  readonly closeCode: number | null
  readonly message: string
  readonly advice: Advice
  readonly cause?: unknown
}

/**
 * The gateway stopped for good; `code` and `closeCode` say why, `advice` what to do. `run()` rejects with it.
 */
export class GatewayError extends QqkitError {
  declare readonly code: GatewayErrorCode
  /**
   * The server's close code
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-7 §3.7}), where one is to
   * blame; else `null`.
   */
  readonly closeCode: number | null
  /** The shard that stopped, as `index/total`. */
  readonly shard: string

  constructor(fault: GatewayFault, shard: string) {
    super({ code: fault.code, message: fault.message, advice: fault.advice, cause: fault.cause })
    this.closeCode = fault.closeCode
    this.shard = shard
  }
}
