import { setTimeout as delay } from 'node:timers/promises'

import type { RedisServer } from '../redis-server.js'
import { type Cluster, type Member, TIMES } from './cluster.js'
import type { Ending, Way, WayMode } from './way.js'
import { after, type Moment } from './cutting-proxy.js'
import type { SendCommand } from '../../../src/port/connection.js'

/** Where trouble happens. */
export interface Night {
  readonly cluster: Cluster
  /** A command of a stranger; an error is no news. */
  readonly command: SendCommand
  /** What happened so far, with wall ms. */
  readonly happened: string[]
}

/** A night with one server. */
export interface Scene extends Night {
  readonly server: RedisServer
}

const MOMENTS: readonly Moment[] = ['before', 'reply lost', 'half a reply', 'after']
const ENDINGS: readonly Ending[] = ['closed', 'reset']
/** Commands of a process in a second or so. */
const SOON = 12
/** ms of a long way to the server, and the part of the replies that stall. */
const FAR = 200
const STALLS = 0.01
/** ms in which a process gets as far as a command that is to be cut. */
const CUT_WITHIN = 1500

const pick = <T>(cluster: Cluster, list: readonly T[]): T => list[Math.floor(cluster.random() * list.length)]!

const restart = async ({ server, cluster }: Scene): Promise<void> => {
  await server.kill()
  await delay(cluster.random() * TIMES.lease)
  await server.start()
}

/** Cuts the way of a process at one of its next commands, and kills that process, another one, the server or nothing. */
const cut = async (scene: Scene): Promise<void> => {
  const { cluster } = scene
  const member = cluster.any()
  const victim = pick(cluster, ['it', 'it', 'another', 'the server', 'nothing'] as const)
  const other = cluster.any()
  const struck: Promise<void>[] = []
  const strike = (): void => {
    if (victim === 'it') member.kill()
    else if (victim === 'another') other.kill()
    else if (victim === 'the server') struck.push(restart(scene))
  }
  const at = after(Math.floor(cluster.random() * SOON))
  member.toRedis?.cutAt({ at, moment: pick(cluster, MOMENTS), strike })
  const until = performance.now() + CUT_WITHIN
  while (member.toRedis?.isArmed && performance.now() < until) await delay(10)
  member.toRedis?.cutAt(null)
  await Promise.all(struck)
}

const stopAWhile = async ({ cluster }: Scene): Promise<void> => {
  const { life } = cluster.any()
  life.child.kill('SIGSTOP')
  await delay(TIMES.lease * (0.2 + 2 * cluster.random()))
  life.child.kill('SIGCONT')
}

/** Cuts a way for a while, after which its connections end. */
const partition = async (way: Way | undefined, mode: WayMode, ms: number, how?: Ending): Promise<void> => {
  way?.change(mode, how)
  await delay(ms)
  way?.change('open', how)
}

/** Replies to a process are late for a while. */
const late = async (member: Member, lateness: () => number): Promise<void> => {
  const { toRedis } = member
  if (toRedis) toRedis.lateness = lateness
  await delay(TIMES.lease * 2)
  if (toRedis) toRedis.lateness = () => 0
}

/** Keeps the server busy, which it tells others after some ms. */
const BUSY = `local begin = redis.call('TIME')
repeat
  local now = redis.call('TIME')
until (now[1] - begin[1]) * 1000 + (now[2] - begin[2]) / 1000 > tonumber(ARGV[1])`

/** What may happen, by its name. Each resolves when it is over. */
export const TROUBLES: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
  'a process is killed': async ({ cluster }) => cluster.any().kill(),
  'all workers are killed': async ({ cluster }) => {
    for (const worker of cluster.of('worker')) worker.kill()
  },
  'a command is cut': cut,
  'a command is cut, and the process killed': cut,
  'a process stands still': stopAWhile,
  'a loop is blocked': async ({ cluster }) =>
    void cluster.crowd.ask(TIMES.lease * (0.5 + cluster.random()), 'block'),
  'connections are killed': async ({ command }) => {
    await command(['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes'])
  },
  'scripts are forgotten': async ({ command }) => {
    await command(['SCRIPT', 'FLUSH'])
  },
  'writes are paused': async ({ command, cluster }) => {
    await command(['CLIENT', 'PAUSE', String(Math.round(cluster.random() * TIMES.lease)), 'WRITE'])
  },
  'Redis is killed': restart,
  'Redis stands still': async ({ server, cluster }) => {
    await server.kill('SIGSTOP')
    await delay(cluster.random() * TIMES.lease)
    await server.kill('SIGCONT')
  },
  'everything is paused': async ({ command, cluster }) => {
    await command(['CLIENT', 'PAUSE', String(Math.round(cluster.random() * TIMES.lease)), 'ALL'])
  },
  'Redis is busy with a script': async ({ command, cluster }) => {
    await command(['CONFIG', 'SET', 'lua-time-limit', '100'])
    await command(['EVAL', BUSY, '0', String(Math.round(cluster.random() * TIMES.lease))])
  },
  'Redis has no memory': async ({ command, cluster }) => {
    await command(['CONFIG', 'SET', 'maxmemory', '1'])
    await delay(cluster.random() * 2 * TIMES.lease)
    await command(['CONFIG', 'SET', 'maxmemory', '0'])
  },
  'a process is cut off': async ({ cluster }) =>
    partition(
      cluster.any().toRedis?.way,
      'silent',
      TIMES.lease * (0.3 + 2 * cluster.random()),
      pick(cluster, ENDINGS),
    ),
  'a process is refused': async ({ cluster }) =>
    partition(cluster.any().toRedis?.way, 'closed', TIMES.lease * cluster.random(), pick(cluster, ENDINGS)),
  'connections are reset': async ({ cluster }) => cluster.any().toRedis?.way.endAll('reset'),
  'a process is cut off from the platform': async ({ cluster }) =>
    partition(
      cluster.any('worker', 'gateway').toPlatform.way,
      'silent',
      TIMES.lease * (0.3 + 2 * cluster.random()),
      pick(cluster, ENDINGS),
    ),
  'connections to the platform are reset': async ({ cluster }) =>
    cluster.any('worker', 'gateway').toPlatform.way.endAll('reset'),
  'an answer of the platform is torn': async ({ cluster }) =>
    cluster.any('worker', 'gateway').toPlatform.tearNext(),
  'a process is far away': async ({ cluster }) => late(cluster.any(), () => FAR),
  'some replies to a process stall': async ({ cluster }) =>
    late(cluster.any(), () => (cluster.random() < STALLS ? TIMES.commandTimeout * 1.5 : 0)),
  'all workers stand still': async ({ cluster }) => {
    const workers = cluster.of('worker').map(({ life }) => life.child)
    for (const child of workers) child.kill('SIGSTOP')
    await delay(TIMES.lease * 2)
    for (const child of workers) child.kill('SIGCONT')
  },
  'a process is deployed': async ({ cluster }) => cluster.replace(cluster.any()),
  'all workers are deployed': async ({ cluster }) => {
    for (const worker of cluster.of('worker')) await cluster.replace(worker)
  },
}

/** Lets something happen, and writes it down. */
export const happen = async <N extends Night>(
  scene: N,
  name: string,
  work: (scene: N) => Promise<void>,
): Promise<void> => {
  scene.happened.push(`${Date.now()} ${name}`)
  await work(scene)
  scene.happened.push(`${Date.now()} over: ${name}`)
}

/** Does something again and again, with pauses, while other work goes on. */
export const meanwhile = async (
  work: Promise<void>,
  { every, what }: { readonly every: number; readonly what: () => void },
): Promise<void> => {
  const state = { over: false }
  const talk = async (): Promise<void> => {
    for (; !state.over; await delay(every)) what()
  }
  const end = (): void => {
    state.over = true
  }
  await Promise.all([work.finally(end), talk()])
}
