import { QqkitError } from '@qqkit/core'
import { isError, messageOf } from '@qqkit/core/internal'
import { type Bilingual, closeCodes } from '@qqkit/protocol'
import type { Stop } from '@qqkit/reconnect-policy'

import { describeCause, type DisconnectCause, errorOf } from './disconnect-cause.js'
import type { GatewayFault } from './errors.js'

const credentials: Bilingual = {
  en: 'Check appId and secret in the console, and that the bot is not disabled.',
  zh: '请在管理端核对 appId 与 secret，并确认机器人未被停用。',
}

const gaveUp: Bilingual = {
  en: 'The policy allows no further attempt. Check the network, or raise maxAttempts.',
  zh: '重连策略不允许继续尝试。请检查网络，或调大 maxAttempts。',
}

const internal: Bilingual = {
  en: 'Look at the cause: most likely a clock of your own throws. If you gave none, please report this as a bug.',
  zh: '请查看 cause：最可能是自行传入的 clock 抛出了错误。如果没有传入，请作为缺陷报告。',
}

const deniedCodes: Readonly<Record<string, GatewayFault['code']>> = {
  session_busy: 'gateway_session_busy',
  store_unusable: 'gateway_store_unusable',
}

/** Whoever gives access says that it makes no sense to ask again. */
export const accessDenied = (error: unknown): GatewayFault => ({
  code: (QqkitError.is(error) && deniedCodes[error.code]) || 'gateway_access_denied',
  closeCode: null,
  message: isError(error) ? messageOf(error) : 'access was denied',
  advice: (QqkitError.is(error) && error.advice) || credentials,
  cause: error,
})

/** Something of ours keeps throwing, so that not even a wait is possible; or the session was taken over. */
export const brokenBy = (error: unknown): GatewayFault =>
  QqkitError.is(error) && error.code === 'session_busy' ? accessDenied(error) : internalFault(error)

const internalFault = (error: unknown): GatewayFault => ({
  code: 'gateway_internal_fault',
  closeCode: null,
  message: 'an internal part failed, and failed again while that was being dealt with',
  advice: internal,
  cause: error,
})

/** The next step after the last attempt: whoever failed knows better than that it may have been the network. */
const adviceAfter = (cause: DisconnectCause): Bilingual => {
  const error = errorOf(cause)
  if (QqkitError.is(error) && error.advice) return error.advice
  return cause.kind === 'fault' ? internal : gaveUp
}

/** The policy says to stop. */
export const stoppedBy = (decision: Stop, cause: DisconnectCause): GatewayFault => {
  const closeCode = cause.kind === 'closed' ? cause.code : null
  const fact = closeCode === null ? undefined : closeCodes[closeCode]
  const message = fact ? `${describeCause(cause)}: ${fact.meaning.en}` : describeCause(cause)
  if (decision.reason === 'attempts') {
    const used = `${message}; ${decision.attempt - 1} attempts are used up`
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
        message: `${message}, ${decision.occurrences} times in a row`,
        advice,
      }
}
