import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks'
import process from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'

import { seededRandom } from '@qqkit/core/testing'
import { startSimulator, type SocketSimulator } from '@qqkit/simulator'

import type { Life } from '../../../../bot/test/support/bot-process.js'
import type { ProcessInit, RedisAddress } from '../../process/cluster-process.js'
import type { SendCommand } from '../../../src/port/connection.js'
import { audit, type QueueSnapshot } from '../../../src/queue/audit.js'
import { RedisQueue } from '../../../src/queue/event-queue.js'
import { Crowd, type Told } from './crowd.js'
import { CuttingProxy } from './cutting-proxy.js'
import { PlatformWay } from './platform-way.js'
import { Way } from './way.js'

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
  /** Most unfinished events of the bot. */
  readonly backlog?: number
}

/** What a process said of its status. */
export interface Status {
  /** Wall ms. */
  readonly at: number
  readonly state: string
  readonly reason: string
}

/** Why a gateway ends by itself: another one has its session, or publishes for its shard. */
const GIVES_WAY = /redis_fenced|session_busy|SessionBusyError/

/** The ways of a process; `null`: it goes to Redis without one. */
export interface Ways {
  readonly toRedis: CuttingProxy | null
  readonly toPlatform: PlatformWay
}

/** A process that is started again whenever it ends before it should. */
export class Member {
  readonly role: Role
  readonly toRedis: CuttingProxy | null
  readonly toPlatform: PlatformWay
  life: Life
  readonly #start: () => Life
  readonly #onCrash: (fault: string) => void
  /** Those that were told to end. */
  readonly #told = new WeakSet<Life>()
  #wanted = true

  constructor(
    role: Role,
    { toRedis, toPlatform }: Ways,
    { start, onCrash }: { readonly start: () => Life; readonly onCrash: (fault: string) => void },
  ) {
    this.role = role
    this.toRedis = toRedis
    this.toPlatform = toPlatform
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

  /** Bytes that it needs, once it has given back what it does not. @throws when it ends before */
  async heap(): Promise<number> {
    const { child, output, ended } = this.life
    const said = (): readonly RegExpExecArray[] => [...output().matchAll(/^memory .*"heap":(\d+)/gm)]
    const before = said().length
    child.kill('SIGUSR2')
    const isOver = ended.then(() => true)
    while (said().length === before)
      if (await Promise.race([isOver, delay(20)])) throw new Error(`a ${this.role} ended`)
    return Number(said().at(-1)?.[1])
  }

  /** What its status was, in order. */
  get statuses(): readonly Status[] {
    return [...this.life.output().matchAll(/^status (\{.*\})$/gm)].map(
      ([, json]) => JSON.parse(json!) as Status,
    )
  }

  async closeWays(): Promise<void> {
    await this.toRedis?.way.close()
    await this.toPlatform.way.close()
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
  /** From the platform to the front. */
  readonly #toFront: Way
  /** How late timers of this process are: without it the proxies and the platform stand still as well. */
  readonly #lag: IntervalHistogram = monitorEventLoopDelay({ resolution: 10 })

  private constructor(deps: ClusterDeps, sim: SocketSimulator, toFront: Way) {
    this.#deps = deps
    this.#toFront = toFront
    this.sim = sim
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
    const sim = await startSimulator({
      page: false,
      seed: deps.seed,
      logLimit: 200_000,
      memory: 50_000,
      sessionStarts: { maxConcurrency: 10 },
      pushRetries: Array.from({ length: 200 }, () => 300),
    })
    const toFront = await Way.open(() => ({ host: '127.0.0.1', port: cluster.#portOfFront() ?? 1 }))
    const cluster: Cluster = new Cluster(deps, sim, toFront)
    const roles: readonly Role[] = ['gateway', 'gateway', 'worker', 'worker', 'worker', 'front']
    for (const role of roles) await cluster.hire(role)
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
    this.sim.changeBot({ webhook: way === 'gateway' ? null : `http://127.0.0.1:${this.#toFront.port}/` })
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

  /** Starts one more process. */
  async hire(role: Role): Promise<Member> {
    const { redis, start, durability, backlog } = this.#deps
    const toRedis = typeof redis === 'string' ? await CuttingProxy.open(redis) : null
    const address = toRedis ? { host: '127.0.0.1', port: toRedis.way.port } : (redis as RedisAddress)
    const toPlatform = await PlatformWay.open(Number(new URL(this.sim.url).port))
    const { appId, secret } = this.sim.credentials
    const init: ProcessInit = {
      role,
      appId,
      secret,
      baseUrl: `http://127.0.0.1:${toPlatform.way.port}`,
      redis: address,
      ...TIMES,
      ...(durability && { durability }),
      ...(backlog !== undefined && { backlog }),
    }
    const member = new Member(
      role,
      { toRedis, toPlatform },
      {
        start: () => {
          const life = start([JSON.stringify(init)])
          this.#lives.push(life)
          return life
        },
        onCrash: (fault) => this.#ends.push(fault),
      },
    )
    this.members.push(member)
    return member
  }

  /** Ends a process for good, in order or without a word. */
  async dismiss(member: Member, how: 'told' | 'killed' = 'told'): Promise<void> {
    this.members.splice(this.members.indexOf(member), 1)
    const ended = member.end()
    if (how === 'killed') member.kill()
    const fault = await ended
    if (fault !== null) this.#ends.push(fault)
    await member.closeWays()
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
      const begin = performance.now()
      if (await holds()) return true
      // The platform and all ways are in this process: it must not be busy with looking.
      await delay(Math.max(20, 10 * (performance.now() - begin)))
    }
    this.#ends.push(what)
    return false
  }

  /** Waits until everything is answered and the queue is empty, ends all processes, and tells what is wrong. */
  async faults(): Promise<readonly string[]> {
    const { crowd } = this
    await this.until(() => crowd.open(this.told).length === 0, 'not everything was answered in time')
    await this.until(async () => this.#isEmpty(), 'the queue is not empty')
    const faults = [...(await this.audit())]
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
    await Promise.all(this.members.map(async (member) => member.closeWays()))
    await this.#toFront.close()
    await this.sim.close()
  }

  get #queues(): readonly RedisQueue[] {
    const prefix = `qqkit:{${this.sim.credentials.appId}}:`
    return [prefix, `${prefix}ix:`].map((one) => new RedisQueue(this.#deps.command, one))
  }

  /** Both lanes at one moment each. */
  async snapshots(): Promise<readonly QueueSnapshot[]> {
    return Promise.all(this.#queues.map(async (queue) => queue.snapshot()))
  }

  async #isEmpty(): Promise<boolean> {
    const snapshots = await this.snapshots()
    return snapshots.every(({ bodies }) => bodies.size === 0)
  }

  /** What is wrong with the queues at this moment. */
  async audit(): Promise<readonly string[]> {
    return (await this.snapshots()).flatMap(audit)
  }
}
