import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

import { type SocketSimulator, startSimulator } from '@qqkit/simulator'
import { Redis } from 'ioredis'

import { Children } from './children.js'

const PROGRAM = fileURLToPath(new URL('process.ts', import.meta.url))

/** The processes, and what their environment says beside what all have. */
const MEMBERS = {
  gateway: { QQKIT_ROLE: 'gateway' },
  front: { QQKIT_ROLE: 'gateway', PORT: '0' },
  'worker 1': { QQKIT_ROLE: 'worker' },
  'worker 2': { QQKIT_ROLE: 'worker' },
} as const

/** ms until all must be connected, and until a process that ended is started again. */
const PATIENCE = 60_000
const AGAIN = 500

/** The name of a process. */
export type MemberName = keyof typeof MEMBERS

/** Options of {@link startCluster}. */
export interface ClusterOptions {
  /** Takes what processes say. */
  readonly print: (name: MemberName, line: string) => void
  /** Port of the page of the platform; default: any free one. */
  readonly port?: number
  /** Whether the platform has a page. Default `true`. */
  readonly page?: boolean
  /** Arguments of Node for the processes; default: those of this one. */
  readonly execArgv?: readonly string[]
  /** ms that the model thinks before its first word. */
  readonly thinking?: number
  /** ms after which the events of a dead worker go to the other. */
  readonly lease?: number
  /** Ends a start that is not finished. */
  readonly signal?: AbortSignal
  /** ms after which a start is given up. Default 60 s. */
  readonly patience?: number
}

/** A running cluster. */
export interface Cluster {
  readonly simulator: SocketSimulator
  /** The process that has this name now: one that ends is started again. */
  readonly pidOf: (name: MemberName) => number
  /** From now on the platform sends events over this way. */
  readonly use: (way: 'gateway' | 'webhook') => void
  /** Ends everything. */
  stop(): Promise<void>
}

/** A Redis server of its own, with a log of all writes: without one a restart would lose events. */
const startRedis = async (children: Children, folder: string, signal: AbortSignal): Promise<ChildProcess> => {
  const program = process.env['REDIS_SERVER_PATH'] || 'redis-server'
  const socket = path.join(folder, 'redis')
  const place = ['--port', '0', '--unixsocket', socket, '--dir', folder, '--save', '']
  const log = ['--appendonly', 'yes', '--aof-load-truncated', 'no']
  const server = children.start(program, [...place, ...log], { stdio: ['ignore', 'pipe', 'ignore'] })
  try {
    await once(server, 'spawn')
  } catch (error) {
    throw new Error(`redis-server is not installed (${program}); on Debian: apt-get install redis-server`, {
      cause: error,
    })
  }
  let said = ''
  server.stdout?.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2000)))
  const ended = once(server, 'close', { signal }).then(() => {
    throw new Error(`redis-server ended at its start:\n${said}`)
  })
  const client = new Redis(socket, { retryStrategy: () => 50, maxRetriesPerRequest: null })
  // It does not listen at first.
  client.on('error', () => {})
  try {
    await Promise.race([client.ping(), ended])
  } finally {
    client.disconnect()
    ended.catch(() => {})
  }
  return server
}

/**
 * Starts a platform, a Redis server, and the processes of the agent. Resolves when the gateway is connected and the front listens; what
 * does not get so far is ended.
 */
export const startCluster = async (options: ClusterOptions): Promise<Cluster> => {
  const late = AbortSignal.timeout(options.patience ?? PATIENCE)
  const signal = options.signal ? AbortSignal.any([options.signal, late]) : late
  /** How to end what has begun, in its order. */
  const ends: (() => unknown)[] = []
  const stop = async (): Promise<void> => {
    for (let end = ends.pop(); end; end = ends.pop()) await end()
  }
  try {
    return await startAll(options, signal, ends, stop)
  } catch (error) {
    await stop()
    if (!late.aborted) throw error
    throw new Error('the processes were not connected in time; what they said is above', { cause: error })
  }
}

/** Hears of the first process of a name: one that ends before it listens cannot start at all. */
interface First {
  readonly onPort: () => void
  readonly onEnd: (error: Error) => void
}

const startAll = async (
  options: ClusterOptions,
  signal: AbortSignal,
  ends: (() => unknown)[],
  stop: () => Promise<void>,
): Promise<Cluster> => {
  const { print, port = 0, page = true, thinking, lease, execArgv = process.execArgv } = options
  const folder = await mkdtemp(path.join(tmpdir(), 'qqkit-cluster-'))
  ends.push(async () => rm(folder, { recursive: true, force: true }))
  const children = new Children()
  ends.push(async () => children.endAll())
  await startRedis(children, folder, signal)
  const simulator = await startSimulator({ port, page })
  ends.push(async () => simulator.close())
  const { appId, secret } = simulator.credentials
  const members = new Map<MemberName, ChildProcess>()
  let frontPort = ''
  let way: 'gateway' | 'webhook' = 'gateway'
  const stopping = new AbortController()

  const use = (next: 'gateway' | 'webhook'): void => {
    way = next
    simulator.changeBot({ webhook: way === 'webhook' ? `http://127.0.0.1:${frontPort}/` : null })
  }

  const start = (name: MemberName, first?: First): void => {
    const child = children.start(process.execPath, [...execArgv, PROGRAM], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        QQ_APP_ID: appId,
        QQ_APP_SECRET: secret,
        QQ_BASE_URL: simulator.url,
        REDIS_URL: path.join(folder, 'redis'),
        ...(thinking !== undefined && { CLUSTER_THINKING: String(thinking) }),
        ...(lease !== undefined && { CLUSTER_LEASE: String(lease) }),
        ...MEMBERS[name],
      },
    })
    members.set(name, child)
    const lines = createInterface({ input: child.stdout! })
    lines.on('line', (line) => {
      if (line.startsWith('port ')) {
        frontPort = line.slice('port '.length)
        if (way === 'webhook') use(way)
        first?.onPort()
      }
      print(name, line)
    })
    child.once('exit', (code, by) => {
      if (stopping.signal.aborted) return
      first?.onEnd(new Error(`${name} ended at its start (${by ?? code})`))
      print(name, `ended (${by ?? code}); another one starts`)
      // Not at once: one that cannot start must not keep a processor busy.
      wait(AGAIN, undefined, { signal: stopping.signal }).then(
        () => start(name),
        () => {},
      )
    })
  }

  ends.push(async () => {
    stopping.abort()
    // Those that publish stop taking; workers answer what has come.
    await Promise.all([...members.values()].map(async (child) => children.end(child)))
  })
  const listening = new Promise<void>((resolve, reject) => {
    for (const name of Object.keys(MEMBERS) as MemberName[]) start(name, { onPort: resolve, onEnd: reject })
  })
  const connected = simulator.log.next((entry): entry is typeof entry => entry.kind === 'session')
  await Promise.race([Promise.all([listening, connected]), abortOf(signal)])
  return { simulator, pidOf: (name) => members.get(name)?.pid ?? 0, use, stop }
}

/** Rejects with the reason of a signal. */
const abortOf = async (signal: AbortSignal): Promise<never> => {
  signal.throwIfAborted()
  await once(signal, 'abort')
  throw signal.reason
}
