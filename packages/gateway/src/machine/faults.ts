import { QqkitError } from '@qqkit/core'
import { isError, messageOf } from '@qqkit/core/internal'
import { type Bilingual, closeCodes } from '@qqkit/protocol'
import type { Stop } from '@qqkit/reconnect-policy'

import { describeCause, type DisconnectCause, errorOf } from './disconnect-cause.js'
import { type GatewayFault, isBusy } from './errors.js'

const credentials: Bilingual = {
  en: 'Check appId and secret in the console, and that the bot is not disabled.',
  zh: '请在管理端核对 appId 与 secret，并确认机器人未被停用。',
}

const gaveUp: Bilingual = {
  en: 'The policy allows no further attempt. Check the network, or raise maxAttempts.',
  zh: '重连策略不允许继续尝试。请检查网络，或调大 maxAttempts。',
}

const internal: Bilingual = {
  en: 'See the cause of the error: most likely your own clock throws. If you did not pass one, please report this as a bug.',
  zh: '请查看 cause：最可能是自行传入的 clock 抛出了错误。如果没有传入，请作为缺陷报告。',
}

const deniedCodes: Readonly<Record<string, GatewayFault['code']>> = {
  session_busy: 'gateway_session_busy',
  store_unusable: 'gateway_store_unusable',
}

/** `Access` or the store marked its error as permanent. */
export const accessDenied = (error: unknown): GatewayFault => ({
  code: (QqkitError.is(error) && deniedCodes[error.code]) || 'gateway_access_denied',
  closeCode: null,
  message: isError(error) ? messageOf(error) : 'access was denied',
  advice: (QqkitError.is(error) && error.advice) || credentials,
  cause: error,
})

/** Recovery from an internal error failed as well; or another process took the session over. */
export const brokenBy = (error: unknown): GatewayFault =>
  isBusy(error) ? accessDenied(error) : internalFault(error)

const internalFault = (error: unknown): GatewayFault => ({
  code: 'gateway_internal_fault',
  closeCode: null,
  message: 'unexpected internal error, and recovery failed as well',
  advice: internal,
  cause: error,
})

/** The advice of the error itself, which is more specific than that of the policy. */
const adviceAfter = (cause: DisconnectCause): Bilingual => {
  const error = errorOf(cause)
  if (QqkitError.is(error) && error.advice) return error.advice
  return cause.kind === 'fault' ? internal : gaveUp
}

/** The fault for a policy decision to stop. */
export const stoppedBy = (decision: Stop, cause: DisconnectCause): GatewayFault => {
  const closeCode = cause.kind === 'closed' ? cause.code : null
  const fact = closeCode === null ? undefined : closeCodes[closeCode]
  const message = fact ? `${describeCause(cause)}: ${fact.meaning.en}` : describeCause(cause)
  if (decision.reason === 'attempts') {
    const used = `${message}; gave up after ${decision.attempt - 1} attempts`
    return {
      code: 'gateway_gave_up',
      closeCode,
      message: used,
      advice: adviceAfter(cause),
      cause: errorOf(cause),
    }
  }
  const advice = fact?.advice ?? gaveUp
  return decision.reason === 'fatal'
    ? { code: 'gateway_closed', closeCode, message, advice }
    : {
        code: 'gateway_auth_failed',
        closeCode,
        message: `${message}, ${decision.count} times in a row`,
        advice,
      }
}
