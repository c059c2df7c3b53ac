import { Agent, EnvHttpProxyAgent, ProxyAgent, type Dispatcher } from 'undici'

/** What an own dispatcher is made of. */
export interface DispatcherInit {
  /** Connections per host. */
  readonly connections: number
  /** `'env'`, the URL of a proxy, or `null` for none. */
  readonly proxy: string | null
}

/** Answers of the platform are small; anything larger is a fault, not to be kept in memory. In bytes. */
const LARGEST_ANSWER = 16 * 1024 * 1024
/** ms to get a connection. Undici's own timer: this wait is not ours to measure. */
const CONNECT = 8000

/** The dispatcher of a client that was given none. */
export const makeDispatcher = ({ connections, proxy }: DispatcherInit): Dispatcher => {
  const options = {
    connections,
    pipelining: 1,
    connect: { timeout: CONNECT },
    maxResponseSize: LARGEST_ANSWER,
    headersTimeout: 0,
    bodyTimeout: 0,
  }
  if (proxy === null) return new Agent(options)
  return proxy === 'env' ? new EnvHttpProxyAgent(options) : new ProxyAgent({ ...options, uri: proxy })
}
