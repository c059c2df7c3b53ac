import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'

import { Redis } from 'ioredis'

import { redisError } from '../../../src/port/errors.js'
import type { RedisAddress } from '../../process/cluster-process.js'

const SERVERS = 3
const QUORUM = 2
/** ms after which a sentinel takes a server for down. */
const DOWN_AFTER = 500
const NAME = 'qqkit'

/** A port that nothing listens on; sentinels have to know those of all others before they start. */
const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** One program with a folder and a port of its own. A sentinel is a redis-server in another mode. */
class Program {
  readonly port: number
  readonly #folder: string
  readonly #args: readonly string[]
  #child: ChildProcess | null = null

  constructor(port: number, folder: string, args: readonly string[]) {
    this.port = port
    this.#folder = folder
    this.#args = args
    this.start()
  }

  start(): void {
    const child = spawn(process.env['REDIS_SERVER_PATH'] ?? '', [...this.#args], {
      cwd: this.#folder,
      stdio: 'ignore',
    })
    this.#child = child
  }

  async kill(): Promise<void> {
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
}

/** A primary and two replicas, watched by three sentinels. */
export class Sentinels {
  readonly #folder: string
  readonly #servers: readonly Program[]
  readonly #sentinels: readonly Program[]
  readonly #client: Redis

  private constructor(folder: string, servers: readonly Program[], sentinels: readonly Program[]) {
    this.#folder = folder
    this.#servers = servers
    this.#sentinels = sentinels
    this.#client = new Redis({ ...this.address, sentinels: [...this.#ports], maxRetriesPerRequest: null })
    this.#client.on('error', () => {})
  }

  static async start(): Promise<Sentinels> {
    const folder = mkdtempSync(path.join(tmpdir(), 'qqkit-sentinels-'))
    const ports: number[] = []
    for (let count = 0; count < 2 * SERVERS; count += 1) ports.push(await freePort())
    const [primary = 0] = ports
    const config = (name: string, lines: readonly string[]): string => {
      const file = path.join(folder, name)
      writeFileSync(file, lines.join('\n'))
      return file
    }
    const servers = ports.slice(0, SERVERS).map((port, index) => {
      const file = config(`server${index}.conf`, [
        `port ${port}`,
        'bind 127.0.0.1',
        'save ""',
        'appendonly yes',
        `appenddirname aof${index}`,
        'repl-diskless-sync-delay 0',
        ...(index > 0 ? [`replicaof 127.0.0.1 ${primary}`] : []),
      ])
      return new Program(port, folder, [file])
    })
    const sentinels = ports.slice(SERVERS).map((port, index) => {
      const file = config(`sentinel${index}.conf`, [
        `port ${port}`,
        'bind 127.0.0.1',
        `sentinel monitor ${NAME} 127.0.0.1 ${primary} ${QUORUM}`,
        `sentinel down-after-milliseconds ${NAME} ${DOWN_AFTER}`,
        `sentinel failover-timeout ${NAME} 5000`,
      ])
      return new Program(port, folder, [file, '--sentinel'])
    })
    const all = new Sentinels(folder, servers, sentinels)
    await all.settled()
    return all
  }

  get #ports(): readonly { host: string; port: number }[] {
    return this.#sentinels.map(({ port }) => ({ host: '127.0.0.1', port }))
  }

  /** How clients find the primary. */
  get address(): RedisAddress & { readonly sentinels: { host: string; port: number }[] } {
    return { sentinels: [...this.#ports], name: NAME }
  }

  readonly command = async (args: readonly string[]): Promise<unknown> => {
    const [name = '', ...rest] = args
    return this.#client.call(name, ...rest).catch((error: unknown) => {
      throw redisError(error)
    })
  }

  /** Waits until both replicas are connected. */
  async settled(): Promise<void> {
    let info = ''
    for (let attempt = 0; attempt < 1200; attempt += 1) {
      info = String(await this.command(['INFO', 'replication']).catch(String))
      if (/role:master/.test(info) && info.split('state=online').length > SERVERS - 1) return
      await delay(50)
    }
    throw new Error(`the replicas are not connected: ${info}`)
  }

  /** Kills the primary, waits until another one takes writes, and starts the old one again. */
  async failover(): Promise<void> {
    const info = String(await this.command(['INFO', 'server']))
    const port = Number(/tcp_port:(\d+)/.exec(info)?.[1])
    const primary = this.#servers.find((server) => server.port === port)
    await primary?.kill()
    const isAnother = async (): Promise<boolean> => {
      const now = String(await this.command(['INFO']).catch(() => ''))
      return /role:master/.test(now) && !now.includes(`tcp_port:${port}`)
    }
    for (let attempt = 0; attempt < 600 && !(await isAnother()); attempt += 1) await delay(50)
    primary?.start()
  }

  async dispose(): Promise<void> {
    this.#client.disconnect()
    await Promise.all([...this.#sentinels, ...this.#servers].map(async (program) => program.kill()))
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 })
  }
}
