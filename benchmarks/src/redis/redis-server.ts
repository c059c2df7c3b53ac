import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'

import { Redis } from 'ioredis'

/** µs in a second. */
const MICRO = 1e6

/** A server of a benchmark, which keeps an append-only file as a durable queue needs it. */
export class BenchServer {
  readonly socket: string
  readonly redis: Redis
  readonly #folder: string
  readonly #child: ChildProcess

  private constructor(folder: string, child: ChildProcess) {
    this.#folder = folder
    this.#child = child
    this.socket = path.join(folder, 's')
    this.redis = new Redis({ path: this.socket, retryStrategy: () => 20, maxRetriesPerRequest: null })
    // It is not there at first.
    this.redis.on('error', () => {})
  }

  static async start(fsync: 'everysec' | 'always' = 'everysec'): Promise<BenchServer> {
    const program = process.env['REDIS_SERVER_PATH'] ?? 'redis-server'
    const folder = mkdtempSync(path.join(tmpdir(), 'qqkit-bench-'))
    const own = ['--port', '0', '--unixsocket', path.join(folder, 's'), '--dir', folder, '--save', '']
    const log = ['--appendonly', 'yes', '--appendfsync', fsync, '--auto-aof-rewrite-percentage', '0']
    const child = spawn(program, [...own, ...log], { stdio: 'ignore' })
    const server = new BenchServer(folder, child)
    await server.redis.ping()
    return server
  }

  /** µs of CPU of the server so far. */
  async cpu(): Promise<number> {
    const info = await this.redis.info('cpu')
    const of = (name: string): number => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1] ?? 0)
    return (of('used_cpu_user') + of('used_cpu_sys')) * MICRO
  }

  /** Bytes that the server uses, once its freed memory is counted. */
  async memory(): Promise<number> {
    await sleep(200)
    return Number(/^used_memory:(\d+)/m.exec(await this.redis.info('memory'))?.[1] ?? 0)
  }

  /** Scripts that clients have called so far. Their inner commands are no round trips. */
  async calls(): Promise<number> {
    const stats = await this.redis.info('commandstats')
    return [...stats.matchAll(/^cmdstat_eval(?:sha)?:calls=(\d+)/gm)].reduce(
      (sum, [, calls]) => sum + Number(calls),
      0,
    )
  }

  async stop(): Promise<void> {
    this.redis.disconnect()
    this.#child.kill('SIGTERM')
    if (this.#child.exitCode === null) await once(this.#child, 'exit')
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 })
  }
}
