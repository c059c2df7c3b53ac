import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'

import { Redis } from 'ioredis'

/** How a server keeps what it confirms. */
export interface Durability {
  readonly fsync?: 'everysec' | 'always'
  /** Whether another server has everything as well. */
  readonly replica?: boolean
}

/** Servers that run: none outlives a benchmark that fails. */
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

/** A server of a benchmark, which keeps an append-only file as a durable queue needs it. */
export class BenchServer {
  readonly socket: string
  readonly redis: Redis
  readonly #folder: string
  readonly #child: ChildProcess
  #replica: BenchServer | null = null

  private constructor(folder: string, child: ChildProcess) {
    this.#folder = folder
    this.#child = child
    this.socket = path.join(folder, 's')
    this.redis = new Redis({ path: this.socket, retryStrategy: () => 20, maxRetriesPerRequest: null })
    // It is not there at first.
    this.redis.on('error', () => {})
  }

  static async start({ fsync = 'everysec', replica = false }: Durability = {}): Promise<BenchServer> {
    const port = replica ? await freePort() : 0
    const options = ['--appendfsync', fsync, '--port', String(port), '--repl-diskless-sync-delay', '0']
    const server = await BenchServer.#start(options)
    if (replica) await server.#replicate(port)
    return server
  }

  static async #start(options: readonly string[]): Promise<BenchServer> {
    const program = process.env['REDIS_SERVER_PATH'] ?? 'redis-server'
    const folder = mkdtempSync(path.join(tmpdir(), 'qqkit-bench-'))
    const own = ['--unixsocket', path.join(folder, 's'), '--dir', folder, '--save', '']
    const log = ['--appendonly', 'yes', '--auto-aof-rewrite-percentage', '0', '--bind', '127.0.0.1']
    const child = spawn(program, [...own, ...log, ...options], { stdio: 'ignore' })
    running.add(child)
    child.once('exit', () => running.delete(child))
    const server = new BenchServer(folder, child)
    await server.redis.ping()
    return server
  }

  async #replicate(port: number): Promise<void> {
    this.#replica = await BenchServer.#start(['--port', '0', '--replicaof', `127.0.0.1 ${port}`])
    while (!(await this.redis.info('replication')).includes('state=online')) await sleep(20)
  }

  /** A figure of the server. */
  async #info(section: string, name: string): Promise<number> {
    const info = await this.redis.info(section)
    return Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1] ?? Number.NaN)
  }

  /** Bytes that the server uses, once its freed memory is counted. */
  async memory(): Promise<number> {
    await sleep(200)
    return this.#info('memory', 'used_memory')
  }

  /** Counts what clients send, without the commands inside of scripts, until the returned function is called. */
  async countCommands(): Promise<() => number> {
    const monitor = await this.redis.monitor()
    let count = 0
    monitor.on('monitor', (_: string, __: readonly string[], source: string) => {
      if (source !== 'lua') count += 1
    })
    return () => {
      monitor.disconnect()
      return count
    }
  }

  async stop(): Promise<void> {
    await this.#replica?.stop()
    this.redis.disconnect()
    this.#child.kill('SIGTERM')
    if (this.#child.exitCode === null) await once(this.#child, 'exit')
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Starts a server for some work, and ends it. */
export const withServer = async <T>(
  work: (server: BenchServer) => Promise<T>,
  durability: Durability = {},
): Promise<T> => {
  const server = await BenchServer.start(durability)
  try {
    return await work(server)
  } finally {
    await server.stop()
  }
}
