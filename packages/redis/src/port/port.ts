import { OptionsError } from '@qqkit/core'
import { messageOf } from '@qqkit/core/internal'

import { RedisError } from './errors.js'

/** One connection to a Redis server, from its opening to its end. It never connects again: the next one is a new link. */
export interface RedisLink {
  /**
   * Sends one command. Replies are those of RESP 2: texts, whole numbers, lists and `null`.
   *
   * @throws what the client throws
   */
  command(args: readonly string[]): Promise<unknown>
  /** Subscribes to channels; the link is then for messages only, each given with its channel. */
  subscribe(channels: readonly string[], onMessage: (message: string, channel: string) => void): Promise<void>
  /** Ends the connection at once, without waiting for the server. */
  destroy(): void
}

/** The address that a client connects to, and what protects it. */
export interface RedisAddress {
  /** `null` for a socket of this machine. */
  readonly host: string | null
  readonly tls: boolean
  readonly password: boolean
  /** Empty for none. */
  readonly keyPrefix: string
}

/** The way to connections of a Redis client. An adapter makes one of `ioredis` or `redis`. */
export interface RedisPort {
  /**
   * Opens another connection with the options of the client.
   *
   * @param onEnd called when the connection has ended, for whatever reason
   * @param signal aborts when the connection is given up: what was opened for it must be destroyed, whatever the server does
   */
  duplicate(onEnd: () => void, signal?: AbortSignal): Promise<RedisLink>
  /** The address, for `check()`. */
  readonly address?: RedisAddress
}

/** The part of a client of `ioredis` (5.4 and later) that is used: connections of our own are opened with its options. */
export interface IoredisClient {
  call(...args: never[]): Promise<unknown>
  duplicate(override?: object): object
}

/** The part of a client of `redis` (6.2 and later) that is used: connections of our own are opened with its options. */
export interface NodeRedisClient {
  sendCommand(...args: never[]): Promise<unknown>
  duplicate(overrides?: object): object
}

/** A client of `ioredis` or of `redis`, or a port of your own. */
export type RedisClient = IoredisClient | NodeRedisClient | RedisPort

interface Ioredis {
  readonly stream?: { destroy(): void }
  call(command: string, ...args: string[]): Promise<unknown>
  subscribe(...channels: readonly string[]): Promise<unknown>
  on(event: string, listener: (...args: never[]) => void): unknown
  connect(): Promise<void>
  disconnect(): void
}

/** What the client must leave to us: reconnecting, queueing, sending again, and keys. */
const IOREDIS = Object.freeze({
  lazyConnect: true,
  retryStrategy: () => null,
  sentinelRetryStrategy: () => null,
  reconnectOnError: null,
  autoResendUnfulfilledCommands: false,
  autoResubscribe: false,
  maxRetriesPerRequest: 0,
  enableOfflineQueue: true,
  enableAutoPipelining: false,
  commandTimeout: undefined,
  keyPrefix: '',
  stringNumbers: false,
  readOnly: false,
  // `ioredis` 6 would speak RESP 3, whose replies have other shapes.
  protocol: 2,
})

/** What `ioredis` says of a command on a connection that failed. */
const CLOSED = /^Connection is closed/

/** An error of `ioredis` has the command that failed, with all that was sent: passwords, and what people wrote. */
interface IoredisError {
  readonly command?: { readonly name: string }
}

const withoutCommand = (thrown: unknown): unknown => {
  if (typeof thrown === 'object' && thrown !== null) Reflect.deleteProperty(thrown, 'command')
  return thrown
}

interface IoredisOptions {
  readonly host?: string | null
  readonly path?: string | null
  readonly tls?: object | null
  readonly password?: string | null
  readonly keyPrefix?: string | null
  readonly sentinels?: readonly { readonly host?: string }[] | null
}

const ioredisAddress = ({ options = {} }: { readonly options?: IoredisOptions }): RedisAddress => {
  const { host, path, tls, password, keyPrefix, sentinels } = options
  return {
    host: path ? null : (sentinels?.[0]?.host ?? host ?? 'localhost'),
    tls: Boolean(tls),
    password: Boolean(password),
    keyPrefix: keyPrefix ?? '',
  }
}

const ioredisPort = (client: IoredisClient): RedisPort => ({
  address: ioredisAddress(client as { readonly options?: IoredisOptions }),
  duplicate: async (onEnd, signal) => {
    const link = client.duplicate(IOREDIS) as Ioredis
    // Without a listener an error would end the process; `end` follows it.
    let last: unknown = null
    let isElsewhere = false
    link.on('error', (error: IoredisError) => {
      // It would go on in the first database.
      if (error.command?.name === 'select') isElsewhere = true
      last = withoutCommand(error)
    })
    link.on('end', () => onEnd())
    const destroy = (): void => {
      // `disconnect()` alone waits for the other side.
      link.stream?.destroy()
      link.disconnect()
    }
    signal?.addEventListener('abort', destroy, { once: true })
    /** What failed in the end, and not that the connection was closed then. */
    const reason = (thrown: unknown): unknown =>
      last !== null && CLOSED.test(messageOf(thrown)) ? last : withoutCommand(thrown)
    const orReason = async <T>(work: Promise<T>): Promise<T> =>
      work.catch((error: unknown) => Promise.reject(reason(error)))
    await orReason(link.connect())
    if (isElsewhere) {
      destroy()
      throw last
    }
    return {
      command: async ([name = '', ...rest]) => orReason(link.call(name, ...rest)),
      subscribe: async (channels, onMessage) => {
        link.on('message', (channel: string, message = '') => onMessage(message, channel))
        await orReason(link.subscribe(...channels))
      },
      destroy,
    }
  },
})

interface NodeRedisOptions {
  readonly password?: string
  readonly credentialsProvider?: object
  readonly socket?: { readonly host?: string; readonly path?: string; readonly tls?: boolean }
}

interface NodeRedis {
  readonly options?: NodeRedisOptions
  sendCommand(args: readonly string[]): Promise<unknown>
  subscribe(
    channels: readonly string[],
    listener: (message: string, channel: string) => void,
  ): Promise<unknown>
  on(event: string, listener: () => void): unknown
  connect(): Promise<unknown>
  destroy(): void
}

const nodeRedisAddress = ({ options = {} }: Pick<NodeRedis, 'options'>): RedisAddress => {
  const { password, credentialsProvider, socket = {} } = options
  return {
    host: socket.path ? null : (socket.host ?? 'localhost'),
    tls: Boolean(socket.tls),
    password: Boolean(password) || credentialsProvider !== undefined,
    keyPrefix: '',
  }
}

const nodeRedisPort = (client: NodeRedisClient): RedisPort => ({
  address: nodeRedisAddress(client as Pick<NodeRedis, 'options'>),
  duplicate: async (onEnd, signal) => {
    const { socket } = (client as unknown as NodeRedis).options ?? {}
    const link = client.duplicate({
      RESP: 2,
      // Both need RESP 3.
      maintNotifications: 'disabled',
      clientSideCache: undefined,
      disableOfflineQueue: true,
      socket: { ...socket, reconnectStrategy: false },
    }) as NodeRedis
    let ended = false
    const end = (): void => {
      if (!ended) onEnd()
      ended = true
    }
    link.on('error', end)
    link.on('end', end)
    const destroy = (): void => {
      try {
        link.destroy()
      } catch {
        // It has ended already.
      }
      end()
    }
    signal?.addEventListener('abort', destroy, { once: true })
    await link.connect()
    return {
      command: async (args) => link.sendCommand(args),
      subscribe: async (channels, onMessage) => {
        await link.subscribe(channels, onMessage)
      },
      destroy,
    }
  },
})

/** The clients that may be installed, the one that is preferred first. */
const CLIENTS: readonly ((url: string) => Promise<RedisPort>)[] = [
  async (url) => {
    const { Redis } = await import('ioredis')
    return ioredisPort(new Redis(url, { lazyConnect: true }))
  },
  async (url) => {
    const { createClient } = await import('redis')
    return nodeRedisPort(createClient({ url }))
  },
]

/** Whether a module, and not a part of it, is missing. */
const isMissing = (error: unknown): boolean =>
  /^(?:ERR_)?MODULE_NOT_FOUND$/.test(String((error as { readonly code?: unknown } | null)?.code))

/** @param clients what makes a port of a URL, if it is installed. @throws RedisError `redis_no_client` */
export const installedClient = async (
  url: string,
  clients: readonly ((url: string) => Promise<RedisPort>)[] = CLIENTS,
): Promise<RedisPort> => {
  for (const make of clients)
    try {
      return await make(url)
    } catch (error) {
      if (!isMissing(error)) throw error
    }
  throw new RedisError('redis_no_client')
}

/** The port of a URL, over the client that is installed. It is loaded with the first connection. */
const portOfUrl = (url: string): RedisPort => {
  const { hostname, protocol, password } = new URL(url)
  let loading: Promise<RedisPort> | null = null
  return {
    address: {
      host: hostname.replace(/^\[(.*)\]$/, '$1'),
      tls: protocol === 'rediss:',
      password: password !== '',
      keyPrefix: '',
    },
    duplicate: async (onEnd) => {
      loading ??= installedClient(url)
      return (await loading).duplicate(onEnd)
    },
  }
}

/** The port of a client, by its shape; `null` for anything else. */
export const portOf = (client: unknown): RedisPort | null => {
  if (typeof client !== 'object' || client === null) return null
  const { duplicate, call, sendCommand } = client as Partial<IoredisClient & NodeRedisClient>
  if (typeof duplicate !== 'function') return null
  if (typeof call === 'function') return ioredisPort(client as IoredisClient)
  if (typeof sendCommand === 'function') return nodeRedisPort(client as NodeRedisClient)
  return client as RedisPort
}

/**
 * The way to the server: one of the two options.
 *
 * @throws OptionsError
 */
export const portOfOptions = ({
  url,
  client,
}: {
  readonly url?: string | undefined
  readonly client?: RedisClient | undefined
}): RedisPort => {
  if (client === undefined && url !== undefined) return portOfUrl(url)
  if (client !== undefined && url === undefined) return portOf(client)!
  const hint = 'give one of them: url, or client'
  throw new OptionsError({ subject: 'qqkitRedis', path: 'url', received: 'none, or both', hint })
}
