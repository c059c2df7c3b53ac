import { setTimeout as delay } from 'node:timers/promises'

import type { RedisServer } from '../redis-server.js'
import { type Cluster, type Member, TIMES } from './cluster.js'
import type { Moment } from './cutting-proxy.js'
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

const MOMENTS: readonly Moment[] = ['before', 'reply lost', 'after']
/** Commands of a process in a second or so. */
const SOON = 12
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
  const after = Math.floor(cluster.random() * SOON)
  member.proxy?.cutAt({ after, moment: pick(cluster, MOMENTS), strike })
  const until = performance.now() + CUT_WITHIN
  while (member.proxy?.isArmed && performance.now() < until) await delay(10)
  member.proxy?.cutAt(null)
  await Promise.all(struck)
}

const stopAWhile = async ({ cluster }: Scene): Promise<void> => {
  const { life } = cluster.any()
  life.child.kill('SIGSTOP')
  await delay(TIMES.lease * (0.2 + 2 * cluster.random()))
  life.child.kill('SIGCONT')
}

const partition = async (member: Member, mode: 'silent' | 'closed', ms: number): Promise<void> => {
  if (member.proxy) member.proxy.mode = mode
  await delay(ms)
  if (member.proxy) member.proxy.mode = 'open'
}

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
    cluster.crowd.ask(TIMES.lease * (0.5 + cluster.random()), 'block'),
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
  'Redis has no memory': async ({ command, cluster }) => {
    await command(['CONFIG', 'SET', 'maxmemory', '1'])
    await delay(cluster.random() * 2 * TIMES.lease)
    await command(['CONFIG', 'SET', 'maxmemory', '0'])
  },
  'a process is cut off': async ({ cluster }) =>
    partition(cluster.any(), 'silent', TIMES.lease * (0.3 + 2 * cluster.random())),
  'a process is refused': async ({ cluster }) =>
    partition(cluster.any(), 'closed', TIMES.lease * cluster.random()),
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
