import { type AccessFault, type Advice, QqkitError } from '@qqkit/core'
import { combineIntents, intentNames, suspectIntents, unknownIntentBits } from '@qqkit/protocol'

/** Code of a {@link GatewayError}. */
export type GatewayErrorCode =
  | 'gateway_closed'
  | 'gateway_auth_failed'
  | 'gateway_access_denied'
  | 'gateway_session_busy'
  | 'gateway_store_unusable'
  | 'gateway_gave_up'
  | 'gateway_internal_fault'

/** The fields of a {@link GatewayError}, before it becomes an error. */
export interface GatewayFault {
  readonly code: GatewayErrorCode
  /** The server's close code if that was the reason; else `null`. */
  readonly closeCode: number | null
  readonly message: string
  readonly advice: Advice
  readonly cause?: unknown
}

/**
 * The gateway stopped for good; `code` and `closeCode` say why, `advice` what to do. `run()` rejects with it.
 *
 * @example
 * await gateway.run().catch((error) => {
 *   if (error instanceof GatewayError) console.error(error.message, error.advice?.en)
 *   throw error
 * })
 */
export class GatewayError extends QqkitError {
  declare readonly code: GatewayErrorCode
  /**
   * The server's close code
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-7 §3.7}), if that was the
   * reason; else `null`.
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

/** The names in a mask that may be the reason for a refused Identify, likeliest first; unknown bits come before all. */
export const suspectsIn = (mask: number): readonly string[] => {
  const unknown = unknownIntentBits(mask)
  return [...(unknown === 0 ? [] : [`0x${unknown.toString(16)}`]), ...suspectIntents(mask)]
}

/** A mask without its suspects. */
export const withoutSuspects = (mask: number): number =>
  mask & ~unknownIntentBits(mask) & ~combineIntents(suspectIntents(mask))

/** Advice for an Identify that is refused with this mask (§3.11). */
export const refusedAdvice = (mask: number): Advice => {
  const suspects = suspectsIn(mask).join(', ')
  if (suspects !== '') {
    return {
      en: `Remove ${suspects} from the intents (for a Bot: also from its permissions), or apply for the permission in the console and restart; the likeliest one is first. With onRefusedIntents: 'leave-out' the gateway continues without them. If all are granted, check that no other process of the bot has used up the sessions of the day (session_start_limit of GET /gateway/bot).`,
      zh: `请从 intents 中去掉 ${suspects}（使用 Bot 时还包括 permissions），或在管理端申请权限后重新启动；越靠前越可疑。设置 onRefusedIntents: 'leave-out' 后，网关会去掉它们继续运行。若权限均已开通，请确认当天的会话数没有被该机器人的其他进程用完（GET /gateway/bot 的 session_start_limit）。`,
    }
  }
  const asked = intentNames(mask).join(', ')
  return {
    en: `Usually every bot has the requested intents (${asked}). Check in the console that the bot is not disabled, not confined to the sandbox and not switched to webhook callbacks, that appId and secret belong to it, and that no other process of the bot has used up the sessions of the day (session_start_limit of GET /gateway/bot).`,
    zh: `所请求的 intents（${asked}）通常每个机器人都有。请在管理端确认机器人未被停用、未被限制在沙箱、未切换为 Webhook 回调方式，核对 appId 与 secret，并确认当天的会话数没有被该机器人的其他进程用完（GET /gateway/bot 的 session_start_limit）。`,
  }
}

/** The suspects in a mask, as the end of a sentence. */
const blamed = (mask: number): string => {
  const suspects = suspectsIn(mask)
  return suspects.length > 0 ? `, probably for the intents ${suspects.join(', ')}` : ''
}

/**
 * Identify is refused repeatedly, with a fresh token and without a reason: probably for its intents
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-11 §3.11}).
 */
export class IdentifyRefusedError extends QqkitError {
  declare readonly advice: Advice
  /** The requested intents, as a mask. */
  readonly intents: number

  constructor(intents: number, times: number) {
    super({
      code: 'gateway_identify_refused',
      message: `Identify was refused ${times} times in a row${blamed(intents)}`,
      advice: refusedAdvice(intents),
    })
    this.intents = intents
  }
}

/** The answer of the gateway lookup is unusable. Usually temporary, so the lookup is repeated. */
export class GatewayUnavailableError extends QqkitError implements AccessFault {
  readonly access = 'unavailable'

  /** @param problem describes the wrong field, e.g. `'url is not a ws: or wss: URL'` */
  constructor(problem: string) {
    super({
      code: 'gateway_unavailable',
      message: `GET /gateway/bot returned an unusable answer: ${problem}`,
      advice: {
        en: 'A temporary failure needs no action: qqkit repeats the lookup. If it persists, check that the API base URL is that of the platform and that no proxy answers in its place.',
        zh: '临时故障无需处理：qqkit 会自动重试。若持续出现，请检查 API 地址是否为官方平台地址，以及是否有代理代为应答。',
      },
    })
  }
}

const faults: readonly unknown[] = [
  'fatal',
  'rate_limited',
  'unavailable',
] satisfies readonly AccessFault['access'][]

/** Whether an error of `Access` is permanent, rate limited, or temporary (the default). */
export const accessFaultOf = (error: unknown): AccessFault['access'] => {
  const mark = (error as { readonly access?: unknown } | null | undefined)?.access
  return faults.includes(mark) ? (mark as AccessFault['access']) : 'unavailable'
}

/** Whether another process has the session. */
export const isBusy = (error: unknown): error is QqkitError =>
  QqkitError.is(error) && error.code === 'session_busy'
