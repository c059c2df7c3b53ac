import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

import { type SocketSimulator, startSimulator } from '@qqkit/simulator'
import { Redis } from 'ioredis'

const PROGRAM = fileURLToPath(new URL('process.ts', import.meta.url))

/** The processes, and what their environment says beside what all have. */
const MEMBERS = {
  gateway: { QQKIT_ROLE: 'gateway' },
  front: { QQKIT_ROLE: 'gateway', PORT: '0' },
  'worker 1': { QQKIT_ROLE: 'worker' },
  'worker 2': { QQKIT_ROLE: 'worker' },
} as const

/** The name of a process. */
export type MemberName = keyof typeof MEMBERS

/** Options of {@link startCluster}. */
export interface ClusterOptions {
  /** Takes what processes say. */
  readonly print: (name: MemberName | 'cluster', line: string) => void
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
const startRedis = async (folder: string): Promise<ChildProcess> => {
  const program = process.env['REDIS_SERVER_PATH'] || 'redis-server'
  const socket = path.join(folder, 'redis')
  const place = ['--port', '0', '--unixsocket', socket, '--dir', folder, '--save', '']
  const log = ['--appendonly', 'yes', '--aof-load-truncated', 'no']
  const server = spawn(program, [...place, ...log], { stdio: 'ignore' })
  try {
    await once(server, 'spawn')
  } catch (error) {
    throw new Error(`redis-server is not installed (${program}); on Debian: apt-get install redis-server`, {
      cause: error,
    })
  }
  const client = new Redis(socket, { retryStrategy: () => 50, maxRetriesPerRequest: null })
  // It does not listen at first.
  client.on('error', () => {})
  await client.ping()
  client.disconnect()
  return server
}

const endOf = async (child: ChildProcess): Promise<void> => {
  child.kill('SIGTERM')
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

/** Starts a platform, a Redis server, and the processes of the agent. Resolves when the gateway is connected. */
export const startCluster = async (options: ClusterOptions): Promise<Cluster> => {
  const { print, port = 0, page = true, thinking, lease, execArgv = process.execArgv } = options
  const folder = await mkdtemp(path.join(tmpdir(), 'qqkit-cluster-'))
  const redis = await startRedis(folder)
  const simulator = await startSimulator({ port, page })
  const { appId, secret } = simulator.credentials
  const members = new Map<MemberName, ChildProcess>()
  let frontPort = ''
  let way: 'gateway' | 'webhook' = 'gateway'
  let stopping = false

  const use = (next: 'gateway' | 'webhook'): void => {
    way = next
    simulator.changeBot({ webhook: way === 'webhook' ? `http://127.0.0.1:${frontPort}/` : null })
  }

  const start = (name: MemberName): void => {
    const child = spawn(process.execPath, [...execArgv, PROGRAM], {
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
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.split('\n').filter(Boolean)) {
        if (line.startsWith('port ')) {
          frontPort = line.slice('port '.length)
          if (way === 'webhook') use(way)
        }
        print(name, line)
      }
    })
    child.once('exit', (code, signal) => {
      if (stopping) return
      print(name, `ended (${signal ?? code}); another one starts`)
      start(name)
    })
  }

  for (const name of Object.keys(MEMBERS) as MemberName[]) start(name)
  await simulator.log.next((entry): entry is typeof entry => entry.kind === 'session')
  return {
    simulator,
    pidOf: (name) => members.get(name)?.pid ?? 0,
    use,
    stop: async () => {
      stopping = true
      // Those that publish first; workers then answer what has come.
      await Promise.all([...members.values()].map(endOf))
      await simulator.close()
      await endOf(redis)
      await rm(folder, { recursive: true, force: true })
    },
  }
}
