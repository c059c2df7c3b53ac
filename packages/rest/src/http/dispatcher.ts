import process from 'node:process'

import { type Advice, OptionsError } from '@qqkit/core'
import { buildConnector, Client, EnvHttpProxyAgent, ProxyAgent } from 'undici'

import { type RequestSender, type SocketOptions, Sockets } from './sockets.js'

/** ms to get a connection. Measured by undici, not by the injected clock. */
const CONNECT = 8000
/**
 * ms that one address of a host may take before the next one is tried: enough to resend a lost first packet. With
 * Node's default of 250 ms, connections fail on slow lines and on networks without IPv6.
 */
const ADDRESS = 2000

/** Options of all connections: to the platform, to proxies and to file hosts. */
export const connectOptions: Required<Pick<buildConnector.BuildOptions, 'timeout'>> & {
  readonly autoSelectFamilyAttemptTimeout: number
} = Object.freeze({ timeout: CONNECT, autoSelectFamilyAttemptTimeout: ADDRESS })

/** Options of the built-in dispatcher. */
export interface DispatcherInit {
  /** Connections per host. */
  readonly connections: number
  /** `'env'`, the URL of a proxy, or `null` for none. */
  readonly proxy: string | null
}

/** Largest answer in bytes: real answers are small, and a larger one must not fill the memory. */
const LARGEST_ANSWER = 16 * 1024 * 1024

/** Options of connections, directly or by a proxy. */
const perConnection = {
  pipelining: 1,
  maxResponseSize: LARGEST_ANSWER,
  headersTimeout: 0,
  bodyTimeout: 0,
} as const

let madeOptions: SocketOptions | undefined

/** Options of connections without a proxy. One for all clients, so that they share the sessions of TLS. */
const directly = (): SocketOptions =>
  (madeOptions ??= { ...perConnection, connect: buildConnector(connectOptions) })

/** The error when the runtime replaced undici with something that cannot send. */
const unusable = (received: string): OptionsError =>
  new OptionsError({
    subject: 'Rest',
    path: 'dispatcher',
    received,
    hint: 'the undici of this runtime has no dispatch(), so nothing can be sent',
    advice: {
      en: 'Run on Node 20.19 or later: some runtimes (such as Bun) replace undici with a built-in. Or give a dispatcher that has dispatch().',
      zh: '请使用 Node 20.19 或更高版本：部分运行时（如 Bun）会以内置实现替换 undici。也可以传入带有 dispatch() 的 dispatcher。',
    },
  })

/** An address of a proxy may contain a password, so it is not shown. */
const badProxy = (proxy: string, hint: string, advice: Advice): OptionsError =>
  new OptionsError({
    subject: 'Rest',
    path: 'proxy',
    received: proxy === 'env' ? '"env"' : '[secret]',
    hint,
    advice,
  })

const unusableProxy = (proxy: string): OptionsError =>
  badProxy(proxy, 'is not the address of a usable proxy', {
    en: 'Give an http or https URL, in the options or in HTTP_PROXY and HTTPS_PROXY.',
    zh: '请在选项或 HTTP_PROXY、HTTPS_PROXY 环境变量中提供 http 或 https 地址。',
  })

type Environment = Readonly<Record<string, string | undefined>>

/** The variables that undici reads; of each pair the first one that is set. */
const PROXY_VARIABLES = [
  ['http_proxy', 'HTTP_PROXY'],
  ['https_proxy', 'HTTPS_PROXY'],
] as const
const NO_PROXY = ['no_proxy', 'NO_PROXY'] as const

/**
 * Checks the variables of a proxy, which undici would refuse without their names, or ignore.
 *
 * @throws OptionsError that names the variable
 */
const checkProxyEnvironment = (env: Environment): void => {
  const setOf = (names: readonly string[]): readonly [name: string, value: string] => {
    const name = names.find((one) => env[one] !== undefined)
    return name === undefined ? ['', ''] : [name, env[name] ?? '']
  }
  for (const names of PROXY_VARIABLES) {
    const [name, value] = setOf(names)
    if (value === '' || (URL.canParse(value) && /^(?:https?|socks5?):$/.test(new URL(value).protocol)))
      continue
    throw badProxy('env', `the environment variable ${name} is not the address of a proxy`, {
      en: `Begin ${name} with http:// or https://, e.g. http://127.0.0.1:7890.`,
      zh: `请让环境变量 ${name} 以 http:// 或 https:// 开头，例如 http://127.0.0.1:7890。`,
    })
  }
  const [name, value] = setOf(NO_PROXY)
  if (!value.includes('://')) return
  throw badProxy('env', `the environment variable ${name} holds an address instead of names of hosts`, {
    en: `Write hosts without http:// and path into ${name}, separated by commas, e.g. localhost,api.sgroup.qq.com.`,
    zh: `请在环境变量 ${name} 中只写主机名，不带 http:// 与路径，以逗号分隔，例如 localhost,api.sgroup.qq.com。`,
  })
}

/** At run time the method may be missing in spite of the types. */
const canDispatch = (made: Partial<RequestSender>): boolean => typeof made.dispatch === 'function'

/** A dispatcher of ours, closed with its client. */
export interface OwnDispatcher extends RequestSender {
  destroy(): Promise<void>
}

/**
 * Makes the dispatcher of a client without the option `dispatcher`.
 *
 * @throws OptionsError if the runtime's undici cannot send, or for an unusable proxy
 */
export const makeDispatcher = ({ connections, proxy }: DispatcherInit): OwnDispatcher => {
  if (proxy === 'env') checkProxyEnvironment(process.env)
  // A proxy is connected to by `proxyTls`.
  const proxied = { ...perConnection, connections, connect: connectOptions, proxyTls: connectOptions }
  let usable: boolean
  let made: OwnDispatcher
  try {
    if (proxy === null) {
      made = new Sockets(connections, directly())
      usable = canDispatch(Client.prototype)
    } else {
      made = proxy === 'env' ? new EnvHttpProxyAgent(proxied) : new ProxyAgent({ ...proxied, uri: proxy })
      usable = canDispatch(made)
    }
  } catch (error) {
    throw proxy === null
      ? unusable(error instanceof Error ? error.message : String(error))
      : unusableProxy(proxy)
  }
  if (!usable) throw unusable('an object without it')
  return made
}
