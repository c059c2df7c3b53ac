import { type AccessFault, type Advice, QqkitError } from '@qqkit/core'
import { combineIntents, intentNames, suspectIntents, unknownIntentBits } from '@qqkit/protocol'

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

/** What of a mask may be why an Identify is refused, the most suspicious first; bits that no intent has come before all. */
export const suspectsIn = (mask: number): readonly string[] => {
  const unknown = unknownIntentBits(mask)
  return [...(unknown === 0 ? [] : [`0x${unknown.toString(16)}`]), ...suspectIntents(mask)]
}

/** What remains of a mask without what may be why it is refused. */
export const withoutSuspects = (mask: number): number =>
  mask & ~unknownIntentBits(mask) & ~combineIntents(suspectIntents(mask))

/** What a person can do when the platform refuses an Identify with this mask (§3.11). */
export const refusedAdvice = (mask: number): Advice => {
  const suspects = suspectsIn(mask).join(', ')
  if (suspects !== '') {
    return {
      en: `Take ${suspects} out of the intents (of a bot: out of its permissions too), or apply for the permission in the console and start again; the likeliest one comes first. With onRefusedIntents: 'leave-out' the gateway goes on without them. Where every one of them is granted, the sessions of the day may be used up, e.g. by another process of this bot: see session_start_limit of GET /gateway/bot.`,
      zh: `请从 intents 中去掉 ${suspects}（使用 Bot 时还包括 permissions），或在管理端申请权限后重新启动；越靠前越可疑。设置 onRefusedIntents: 'leave-out' 后，网关会去掉它们继续运行。若权限均已开通，也可能是当天的会话数已被用完（例如被本机器人的另一个进程），请查看 GET /gateway/bot 的 session_start_limit。`,
    }
  }
  const asked = intentNames(mask).join(', ')
  return {
    en: `As a rule every bot has the intents that are asked for (${asked}). Check in the console that the bot is neither disabled nor confined to the sandbox nor switched to webhook callbacks, that appId and secret are its own, and that no other process of it has used up the sessions of the day (session_start_limit of GET /gateway/bot).`,
    zh: `所请求的 intents（${asked}）通常每个机器人都有。请在管理端确认机器人未被停用、未被限制在沙箱、未切换为 Webhook 回调方式，核对 appId 与 secret，并确认当天的会话数没有被该机器人的其他进程用完（GET /gateway/bot 的 session_start_limit）。`,
  }
}

/** What a mask was refused for, as far as it can be told. */
const blamed = (mask: number): string => {
  const suspects = suspectsIn(mask)
  return suspects.length > 0 ? `, probably for the intents ${suspects.join(', ')}` : ''
}

/**
 * Identify is refused again and again, with a fresh token and without a reason: probably for its intents
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-11 §3.11}).
 */
export class IdentifyRefusedError extends QqkitError {
  declare readonly advice: Advice
  /** The intents that were asked for, as a mask. */
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

/** The platform's answer about its gateway cannot be used. Passes by itself as a rule, so it is asked again. */
export class GatewayUnavailableError extends QqkitError implements AccessFault {
  readonly access = 'unavailable'

  /** @param problem what is wrong with the answer, e.g. `'url is not a ws: or wss: URL'` */
  constructor(problem: string) {
    super({
      code: 'gateway_unavailable',
      message: `the answer of GET /gateway/bot cannot be used: ${problem}`,
      advice: {
        en: 'Nothing to do if it passes: qqkit asks again by itself. If it stays, check that the API base URL is that of the platform and that no proxy on the way answers in its place.',
        zh: '如果很快恢复则无需处理：qqkit 会自动重试。如果一直如此，请检查 API 地址是否为官方平台地址，以及中间是否有代理代为应答。',
      },
    })
  }
}

const faults: readonly unknown[] = [
  'fatal',
  'rate_limited',
  'unavailable',
] satisfies readonly AccessFault['access'][]

/** How bad it is that an access call failed; without a mark it is a passing fault. */
export const accessFaultOf = (error: unknown): AccessFault['access'] => {
  const mark = typeof error === 'object' && error !== null && 'access' in error ? error.access : null
  return faults.includes(mark) ? (mark as AccessFault['access']) : 'unavailable'
}
