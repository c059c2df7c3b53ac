import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createConnection, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks'
import process from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'

import { seededRandom } from '@qqkit/core/testing'
import { startSimulator, type SocketSimulator } from '@qqkit/simulator'

import type { Life } from '../../../../bot/test/support/bot-process.js'
import type { ProcessInit, RedisAddress } from '../../process/cluster-process.js'
import type { SendCommand } from '../../../src/port/connection.js'
import { audit } from '../../../src/queue/audit.js'
import { RedisQueue } from '../../../src/queue/event-queue.js'
import { Crowd, type Told } from './crowd.js'
import { CuttingProxy } from './cutting-proxy.js'

export type Role = ProcessInit['role']

/** How much slower everything is on a machine with other work: `NIGHT_SLOWER`. */
export const SLOWER: number = Number(process.env['NIGHT_SLOWER'] ?? 1)
/** ms: a tenth of what a real bot has. */
export const TIMES: Pick<ProcessInit, 'lease' | 'commandTimeout' | 'stopTimeout'> = {
  lease: 1500 * SLOWER,
  commandTimeout: 500 * SLOWER,
  stopTimeout: 4000 * SLOWER,
}
/** ms in which everything must be answered after the last trouble. */
const PATIENCE = 40_000 * SLOWER
/** ms until a process that was told to end must have ended. */
const ENDING = 15_000 * SLOWER

/** Dependencies of a {@link Cluster}. */
export interface ClusterDeps {
  readonly seed: number
  readonly start: (args: readonly string[]) => Life
  /** The socket of the server, to which each process gets a way of its own; or the options of the client without one. */
  readonly redis: string | RedisAddress
  /** A command of a stranger. */
  readonly command: SendCommand
  readonly conversations: number
  readonly durability?: ProcessInit['durability']
}

/** Why a gateway ends by itself: another one has its session, or publishes for its shard. */
const GIVES_WAY = /redis_fenced|session_busy|SessionBusyError/

/** A process that is started again whenever it ends before it should. */
export class Member {
  readonly role: Role
  readonly proxy: CuttingProxy | null
  life: Life
  readonly #start: () => Life
  readonly #onCrash: (fault: string) => void
  /** Those that were told to end. */
  readonly #told = new WeakSet<Life>()
  #wanted = true

  constructor(
    role: Role,
    proxy: CuttingProxy | null,
    { start, onCrash }: { readonly start: () => Life; readonly onCrash: (fault: string) => void },
  ) {
    this.role = role
    this.proxy = proxy
    this.#start = start
    this.#onCrash = onCrash
    this.life = start()
    this.#watch()
  }

  kill(): void {
    // A process that was stopped for a while takes this signal, too.
    this.life.child.kill('SIGKILL')
  }

  /** Ends it as a deploy does, while the next one has started. Resolves with what is wrong with its end. */
  async replace(): Promise<string | null> {
    const before = this.life
    this.life = this.#start()
    this.#watch()
    return endOf(before, this.role)
  }

  /** Ends it, and starts the next one after it. Resolves with what is wrong with its end. */
  async restart(): Promise<string | null> {
    this.#told.add(this.life)
    return endOf(this.life, this.role)
  }

  /** Ends it for good. */
  async end(): Promise<string | null> {
    this.#wanted = false
    return endOf(this.life, this.role)
  }

  /** @throws when it ends before */
  async ready(): Promise<void> {
    await this.life.until('ready ')
  }

  #watch(): void {
    const watched = this.life
    void watched.ended.then((how) => {
      if (!this.#wanted || this.life !== watched) return
      if (how !== 'SIGKILL' && !this.#told.has(watched) && !GIVES_WAY.test(watched.errors())) {
        this.#onCrash(`a ${this.role} ended with ${how}:\n${watched.errors().slice(-2000)}`)
        return
      }
      this.life = this.#start()
      this.#watch()
    })
  }
}

const endOf = async ({ child, ended, output, errors }: Life, role: Role): Promise<string | null> => {
  child.kill('SIGCONT')
  child.kill('SIGTERM')
  const timer = new AbortController()
  const how = await Promise.race([ended, delay(ENDING, 'never' as const, { signal: timer.signal })])
  timer.abort()
  // It may have been told before it could hear.
  const wasStarting = how === 'SIGTERM' && output() === ''
  if (how === 0 || how === 'SIGKILL' || wasStarting || GIVES_WAY.test(errors())) return null
  child.kill('SIGKILL')
  return `a ${role} ended with ${how} after SIGTERM:\n${output().slice(-2000)}${errors().slice(-2000)}`
}

/** Passes connections on to a port that may change. */
class Balancer {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(port: () => number | null) {
    this.#server = createServer((client) => {
      const target = createConnection(port() ?? 1, '127.0.0.1')
      for (const socket of [client, target]) {
        this.#sockets.add(socket)
        socket.on('error', () => {})
        socket.on('close', () => {
          client.destroy()
          target.destroy()
          this.#sockets.delete(socket)
        })
      }
      client.pipe(target).pipe(client)
    })
  }

  static async open(port: () => number | null): Promise<Balancer> {
    const balancer = new Balancer(port)
    balancer.#server.listen(0, '127.0.0.1')
    await once(balancer.#server, 'listening')
    return balancer
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }
}

/** All processes of a bot over Redis, the platform that they talk to, and the people there. */
export class Cluster {
  readonly sim: SocketSimulator
  readonly random: () => number
  readonly crowd: Crowd
  readonly members: Member[] = []
  /** What is wrong with the ends of processes. */
  readonly #ends: string[] = []
  readonly #lives: Life[] = []
  readonly #deps: ClusterDeps
  readonly #folder: string
  readonly #balancer: Balancer
  /** How late timers of this process are: without it the proxies and the platform stand still as well. */
  readonly #lag: IntervalHistogram = monitorEventLoopDelay({ resolution: 10 })
  #proxies = 0

  private constructor(deps: ClusterDeps, sim: SocketSimulator, folder: string, balancer: Balancer) {
    this.#deps = deps
    this.#balancer = balancer
    this.sim = sim
    this.#folder = folder
    this.random = seededRandom(deps.seed)
    this.crowd = new Crowd(sim, this.random, deps.conversations)
    this.#lag.enable()
  }

  /** ms that this process stood still at most: a machine that is too busy to judge by, where it is longer than a command may take. */
  get stillness(): number {
    return Math.round(this.#lag.max / 1e6)
  }

  /** Two gateways, of which one stands by, three workers and a front: all ready. */
  static async open(deps: ClusterDeps): Promise<Cluster> {
    const folder = await mkdtemp(path.join(tmpdir(), 'qqkit-cluster-'))
    const sim = await startSimulator({
      page: false,
      seed: deps.seed,
      logLimit: 200_000,
      sessionStarts: { maxConcurrency: 10 },
      pushRetries: Array.from({ length: 200 }, () => 300),
    })
    const balancer = await Balancer.open(() => cluster.#portOfFront())
    const cluster: Cluster = new Cluster(deps, sim, folder, balancer)
    const roles: readonly Role[] = ['gateway', 'gateway', 'worker', 'worker', 'worker', 'front']
    for (const role of roles) await cluster.#hire(role)
    await Promise.all(cluster.members.map(async (member) => member.ready()))
    await cluster.until(() => sim.log.of('session').length > 0, 'no gateway connects')
    return cluster
  }

  of(role: Role): readonly Member[] {
    return this.members.filter((member) => member.role === role)
  }

  /** One of them, by the dice. */
  any(...roles: readonly Role[]): Member {
    const found = this.members.filter(({ role }) => roles.length === 0 || roles.includes(role))
    return found[Math.floor(this.random() * found.length)]!
  }

  /** What processes have told. */
  get told(): readonly Told[] {
    return this.#lives.flatMap(({ output }) =>
      [...output().matchAll(/^told (\{.*\})$/gm)].map(([, json]) => JSON.parse(json!) as Told),
    )
  }

  /** From now on events come over webhooks, or over the gateway again, to other people. */
  changeWay(way: 'gateway' | 'webhook'): void {
    this.crowd.nextSeason()
    this.sim.changeBot({ webhook: way === 'gateway' ? null : this.#balancer.url })
  }

  /** How often the handler of a question began. */
  begun(text: string): number {
    const line = `"text":${JSON.stringify(text)}}`
    return this.#lives
      .flatMap(({ output }) => output().split('\n'))
      .filter((one) => one.startsWith('begin ') && one.endsWith(line)).length
  }

  /** The port of the front that began to listen last. */
  #portOfFront(): number | null {
    for (const { output, child } of this.#lives.toReversed()) {
      const [, json] = /^port (\{.*\})$/m.exec(output()) ?? []
      if (json !== undefined && child.exitCode === null && child.signalCode === null)
        return (JSON.parse(json) as { readonly port: number }).port
    }
    return null
  }

  /** Replaces a process as a deploy does, the next one first. */
  async replace(member: Member): Promise<void> {
    const fault = await member.replace()
    if (fault !== null) this.#ends.push(fault)
  }

  /** Replaces a process while nobody does its work. */
  async restart(member: Member): Promise<void> {
    const fault = await member.restart()
    if (fault !== null) this.#ends.push(fault)
  }

  async until(
    holds: () => boolean | Promise<boolean>,
    what: string,
    patience: number = PATIENCE,
  ): Promise<boolean> {
    const until = performance.now() + patience
    while (performance.now() < until) {
      if (await holds()) return true
      await delay(20)
    }
    this.#ends.push(what)
    return false
  }

  /** Waits until everything is answered and the queue is empty, ends all processes, and tells what is wrong. */
  async faults(): Promise<readonly string[]> {
    const { crowd } = this
    await this.until(() => crowd.open(this.told).length === 0, 'not everything was answered in time')
    await this.until(async () => this.#isEmpty(), 'the queue is not empty')
    const faults = [...(await this.#audit())]
    for (const fault of await Promise.all(this.members.map(async (member) => member.end())))
      if (fault !== null) faults.push(fault)
    return [...faults, ...this.#ends, ...crowd.faults(this.told)]
  }

  /** What processes said, for those who look for the cause of a fault. */
  evidence(): string {
    return this.#lives
      .map(({ child, output, errors }) => `--- ${child.pid} ${child.spawnargs[2]}\n${output()}${errors()}`)
      .join('\n')
  }

  async dispose(): Promise<void> {
    this.#lag.disable()
    await Promise.all(this.members.map(async (member) => (member.kill(), member.end())))
    await Promise.all(this.members.map(async ({ proxy }) => proxy?.close()))
    await this.#balancer.close()
    await this.sim.close()
    await rm(this.#folder, { recursive: true, force: true })
  }

  get #queues(): readonly RedisQueue[] {
    const prefix = `qqkit:{${this.sim.credentials.appId}}:`
    return [prefix, `${prefix}ix:`].map((one) => new RedisQueue(this.#deps.command, one))
  }

  async #isEmpty(): Promise<boolean> {
    const snapshots = await Promise.all(this.#queues.map(async (queue) => queue.snapshot()))
    return snapshots.every(({ bodies }) => bodies.size === 0)
  }

  async #audit(): Promise<readonly string[]> {
    const snapshots = await Promise.all(this.#queues.map(async (queue) => queue.snapshot()))
    return snapshots.flatMap(audit)
  }

  async #hire(role: Role): Promise<void> {
    const { redis, start, durability } = this.#deps
    const socket = path.join(this.#folder, `${(this.#proxies += 1)}`)
    const proxy = typeof redis === 'string' ? await CuttingProxy.open(socket, redis) : null
    const { appId, secret } = this.sim.credentials
    const init: ProcessInit = {
      role,
      appId,
      secret,
      baseUrl: this.sim.url,
      redis: typeof redis === 'string' ? { path: socket } : redis,
      ...TIMES,
      ...(durability && { durability }),
    }
    this.members.push(
      new Member(role, proxy, {
        start: () => {
          const life = start([JSON.stringify(init)])
          this.#lives.push(life)
          return life
        },
        onCrash: (fault) => this.#ends.push(fault),
      }),
    )
  }
}
