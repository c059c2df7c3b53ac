import type { Advice } from '@qqkit/core'
import { isError } from '@qqkit/core/internal'

import type { WireFault } from '../http/exchange.js'

/**
 * Where a request without an answer failed: on the network, in the request itself (not valid HTTP), or in this process
 * before anything was sent. A local fault is `certain` if the next attempt would fail too.
 */
export type FaultOrigin =
  | { readonly kind: 'network' }
  | { readonly kind: 'request' }
  | { readonly kind: 'local'; readonly certain: boolean }

/** Error codes of undici and Node for a request that is not valid HTTP. */
const MALFORMED =
  /^(?:UND_ERR_(?:INVALID_ARG|NOT_SUPPORTED|REQ_CONTENT_LENGTH_MISMATCH)|ERR_(?:INVALID_|HTTP_INVALID_|UNESCAPED_).*)$/

/** Error codes of the system, TLS and undici for failures of the network, DNS, proxies and certificates. */
const NETWORK = new RegExp(
  [
    '^(?:E(?:CONN(?:REFUSED|RESET|ABORTED)|TIMEDOUT|TIMEOUT|HOSTUNREACH|HOSTDOWN|NETUNREACH|NETDOWN|NETRESET)',
    'E(?:NOTFOUND|AI_\\w+|NODATA|SERVFAIL|REFUSED|BADRESP|PIPE|PROTO|NOTCONN|ADDRNOTAVAIL|ACCES|PERM|NOBUFS|MFILE|NFILE)',
    'UND_ERR_(?:CONNECT_TIMEOUT|SOCKET|INFO|ABORTED|PRX_TLS|SOCKS5\\w*|HEADERS_TIMEOUT|BODY_TIMEOUT)',
    '(?:ERR_(?:TLS|SSL|SOCKET|OSSL|HTTP2)|CERT|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED|HPE|CRL)_\\w+',
    'INVALID_CA|PATH_LENGTH_EXCEEDED|INVALID_PURPOSE|HOSTNAME_MISMATCH)$',
  ].join('|'),
)

/** A code that is only in the message. */
const NAMED = /\b(?:E[A-Z_\d]{3,}|UND_ERR_[A-Z_\d]+)\b/g

/** Programming mistakes, which the next attempt repeats. Compared by name, since they may come from another realm. */
const MISTAKES: ReadonlySet<string> = new Set(['TypeError', 'ReferenceError', 'RangeError', 'SyntaxError'])

const DEEPEST = 4

/** An error and the errors it wraps: several addresses fail as one error, and connectors wrap lookup errors. */
const errorChain = (error: unknown, depth = 0): readonly Error[] => {
  if (!isError(error) || depth > DEEPEST) return []
  const inner: readonly unknown[] =
    error instanceof AggregateError ? [...error.errors, error.cause] : [error.cause]
  return [error, ...inner.flatMap((one) => errorChain(one, depth + 1))]
}

const codeOf = (error: Error): string => {
  const code: unknown = Reflect.get(error, 'code')
  return typeof code === 'string' ? code : ''
}

const isNetwork = (error: Error): boolean => {
  const code = codeOf(error)
  return (
    NETWORK.test(code) ||
    (code === '' && (error.message.match(NAMED) ?? []).some((named) => NETWORK.test(named)))
  )
}

/** Whether the code of an error, or of one it wraps, is a network failure. */
export const isNetworkError = (error: unknown): boolean => errorChain(error).some(isNetwork)

/** Where a request failed. Once sending has begun, it counts as a network failure. */
export const originOf = ({ started, timedOut, cause }: WireFault): FaultOrigin => {
  if (started || timedOut || isNetworkError(cause)) return { kind: 'network' }
  const errors = errorChain(cause)
  if (errors.some((error) => MALFORMED.test(codeOf(error)))) return { kind: 'request' }
  return { kind: 'local', certain: errors.some(({ name }) => MISTAKES.has(name)) }
}

/** A copy of a network error that is safe to show: parser errors contain pieces of answers, with tokens in them. */
export const networkCause = (cause: unknown, hide: (text: string) => string): Error | undefined => {
  if (!isError(cause)) return undefined
  const { name, message } = cause
  const shown = Object.assign(new Error(hide(message)), { name })
  for (const key of ['code', 'syscall']) {
    const value: unknown = Reflect.get(cause, key)
    if (typeof value === 'string') Object.assign(shown, { [key]: value })
  }
  return shown
}

/** Advice for a failure in this process before a request was sent. */
export const localFaultAdvice: Advice = Object.freeze({
  en: 'Nothing was sent: something in this process failed, see the cause. Check the dispatcher, whether it was closed, and its interceptors; a repeat would fail in the same way.',
  zh: '请求没有发出：本进程内部出错，请查看 cause。请检查 dispatcher、其是否已关闭以及其拦截器；重试也会以同样方式失败。',
})

/** A copy of a local failure that is safe to show, with its stack, which shows what to fix. */
export const localCause = (cause: unknown, hide: (text: string) => string): Error | undefined => {
  const shown = networkCause(cause, hide)
  if (shown && cause instanceof Error && cause.stack !== undefined) shown.stack = hide(cause.stack)
  return shown
}
