import { OptionsError } from '@qqkit/core'
import { Agent, EnvHttpProxyAgent, ProxyAgent, type Dispatcher } from 'undici'

import { connectOptions } from './connect-options.js'

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
