import { OptionsError } from '@qqkit/core'
import { Agent, type buildConnector, type Dispatcher, EnvHttpProxyAgent, ProxyAgent } from 'undici'

/** ms to get a connection. Undici's own timer: this wait is not ours to measure. */
const CONNECT = 8000
/**
 * ms that one address of a host may take before the next one is tried: long enough for a first packet that is lost and sent
 * again after a second. With the 250 of Node every address but the last one fails behind a slow line, and where a host has
 * addresses of a kind that the network does not carry, the connection does.
 */
const ADDRESS = 2000

/** How connections are made, to the platform, to proxies and to those who hold files. */
export const connectOptions: Required<Pick<buildConnector.BuildOptions, 'timeout'>> & {
  readonly autoSelectFamilyAttemptTimeout: number
} = Object.freeze({ timeout: CONNECT, autoSelectFamilyAttemptTimeout: ADDRESS })

/** What an own dispatcher is made of. */
export interface DispatcherInit {
  /** Connections per host. */
  readonly connections: number
  /** `'env'`, the URL of a proxy, or `null` for none. */
  readonly proxy: string | null
}

/** Answers of the platform are small; anything larger is a fault, not to be kept in memory. In bytes. */
const LARGEST_ANSWER = 16 * 1024 * 1024

/** What is to be done where the package that requests go through is not the one that it should be. */
const unusable = (received: string): OptionsError =>
  new OptionsError({
    subject: 'Rest',
    path: 'dispatcher',
    received,
    hint: 'the undici of this runtime has no dispatch(), so that nothing could be sent',
    advice: {
      en: 'Run on Node 20.19 or later: some runtimes (Bun, for one) put a built-in of their own in the place of undici. Or give a dispatcher that has dispatch().',
      zh: '请使用 Node 20.19 或更高版本：部分运行时（如 Bun）会以内置实现替换 undici。也可以传入带有 dispatch() 的 dispatcher。',
    },
  })

/** An address in the options was checked before, so it is mostly one of the environment. Its text may hold a password. */
const badProxy = (proxy: string): OptionsError =>
  new OptionsError({
    subject: 'Rest',
    path: 'proxy',
    received: proxy === 'env' ? '"env"' : '[secret]',
    hint: 'no proxy can be used at the address that it names',
    advice: {
      en: 'Give an http or https URL, in the options or in HTTP_PROXY and HTTPS_PROXY.',
      zh: '请在选项或 HTTP_PROXY、HTTPS_PROXY 环境变量中提供 http 或 https 地址。',
    },
  })

/** A method may be missing whatever the types say. */
const canDispatch = (made: Partial<Dispatcher>): boolean => typeof made.dispatch === 'function'

/**
 * The dispatcher of a client that was given none.
 *
 * @throws OptionsError where the runtime's undici cannot send, or for a proxy that cannot be one
 */
export const makeDispatcher = ({ connections, proxy }: DispatcherInit): Dispatcher => {
  const options = {
    connections,
    pipelining: 1,
    connect: connectOptions,
    // A proxy is connected to by these.
    proxyTls: connectOptions,
    maxResponseSize: LARGEST_ANSWER,
    headersTimeout: 0,
    bodyTimeout: 0,
  }
  const make = (): Dispatcher => {
    if (proxy === null) return new Agent(options)
    return proxy === 'env' ? new EnvHttpProxyAgent(options) : new ProxyAgent({ ...options, uri: proxy })
  }
  let made: Dispatcher
  try {
    made = make()
  } catch (error) {
    throw proxy === null ? unusable(error instanceof Error ? error.message : String(error)) : badProxy(proxy)
  }
  if (!canDispatch(made)) throw unusable('an object without it')
  return made
}
