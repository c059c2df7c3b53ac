import { type Advice, systemClock } from '@qqkit/core'
import { isError, messageOf, withDeadline } from '@qqkit/core/internal'

/** An answer of a host. */
export interface HttpAnswer {
  readonly status: number
  /** The clock of the host, in ms; `null` where it does not say. */
  readonly date: number | null
  readonly text: string
  /** The answer as an object of JSON; `null` for anything else. */
  readonly json: Readonly<Record<string, unknown>> | null
}

/** No answer, and why. */
export interface NoAnswer {
  readonly failed: Advice
  readonly next: Advice
}

/** ms for one answer. */
const PATIENCE = 8000

// Not AbortSignal.timeout() in AbortSignal.any(): Node 20 forgets such a deadline with the next collection of garbage.
const late = (): Error => new DOMException('no answer in time', 'TimeoutError')

/** Most characters of an answer that are read. */
const LARGEST = 1_000_000

const NETWORK: Advice = {
  en: 'Check the network, DNS, firewall and proxy of this machine.',
  zh: '请检查本机的网络、DNS、防火墙和代理。',
}

/** Failures by the code of the system, or of TLS. */
const FAILURES: readonly (readonly [RegExp, Advice, Advice])[] = [
  [/ENOTFOUND|EAI_AGAIN/, { en: 'its name is not resolved (DNS)', zh: '域名无法解析（DNS）' }, NETWORK],
  [/ECONNREFUSED/, { en: 'the connection is refused', zh: '连接被拒绝' }, NETWORK],
  [/ECONNRESET|UND_ERR_SOCKET|EPIPE/, { en: 'the connection is cut', zh: '连接被中断' }, NETWORK],
  [/ENETUNREACH|EHOSTUNREACH/, { en: 'there is no way to it', zh: '网络不可达' }, NETWORK],
  [/Timeout|ETIMEDOUT/i, { en: 'no answer within 8 s', zh: '8 秒内没有回应' }, NETWORK],
  [
    /CERT|SELF_SIGNED|ALTNAME|SSL|TLS/,
    { en: 'its certificate is not trusted', zh: '证书不受信任' },
    {
      en: 'A proxy that reads TLS may be in between: give its root certificate in NODE_EXTRA_CA_CERTS. Check the date of this machine too.',
      zh: '中间可能有解密 TLS 的代理：请用 NODE_EXTRA_CA_CERTS 指定其根证书，并检查本机日期。',
    },
  ],
]

const codesOf = (error: unknown): string => {
  const own = isError(error) ? `${error.name} ${String(Reflect.get(error, 'code') ?? '')} ` : ''
  return isError(error) && error.cause !== undefined ? own + codesOf(error.cause) : own
}

/** Why there was no answer. */
export const explainFailure = (error: unknown): NoAnswer => {
  const codes = codesOf(error)
  const [, failed, next] = FAILURES.find(([pattern]) => pattern.test(codes)) ?? []
  const text = messageOf(isError(error) && error.cause !== undefined ? error.cause : error)
  return { failed: failed ?? { en: text, zh: text }, next: next ?? NETWORK }
}

const objectIn = (text: string): HttpAnswer['json'] => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as HttpAnswer['json']) : null
  } catch {
    return null
  }
}

/**
 * Asks a host once. No redirect is followed.
 *
 * @throws the reason of the signal
 */
export const ask = async (
  url: string,
  init: {
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: string
    readonly signal: AbortSignal
    /** ms; default 8 s. */
    readonly patience?: number
  },
): Promise<HttpAnswer | NoAnswer> => {
  const request = async (signal: AbortSignal): Promise<HttpAnswer> => {
    const response = await fetch(url, {
      method: init.body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json', ...init.headers },
      redirect: 'manual',
      signal,
      ...(init.body !== undefined && { body: init.body }),
    })
    const text = (await response.text()).slice(0, LARGEST)
    const date = Date.parse(response.headers.get('date') ?? '')
    return { status: response.status, date: Number.isNaN(date) ? null : date, text, json: objectIn(text) }
  }
  const deadline = { clock: systemClock, ms: init.patience ?? PATIENCE, onTimeout: late, signal: init.signal }
  try {
    return await withDeadline(deadline, request)
  } catch (error) {
    init.signal.throwIfAborted()
    return explainFailure(error)
  }
}
