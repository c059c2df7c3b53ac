import { seededRandom } from '@qqkit/core/testing'

import type { Order } from './process-clock.js'
import { type Message, VirtualCluster, type VirtualProcess, type VirtualWorker } from './virtual-cluster.js'

/**
 * What happens in a night, at some ms. `who`: a worker, by its place among those that live; -1: the publisher. With `upon` it happens when
 * the server has executed the next command of that name.
 */
export type Incident = { readonly at: number; readonly upon?: string } & (
  | { readonly kind: 'stand'; readonly who: number; readonly ms: number; readonly order: Order }
  | { readonly kind: 'cut'; readonly who: number }
  | { readonly kind: 'cut all' }
  | { readonly kind: 'silence'; readonly who: number; readonly ms: number }
  | {
      readonly kind: 'stall'
      readonly who: number
      readonly ms: number
      readonly direction: 'there' | 'back'
    }
  | { readonly kind: 'kill' | 'close'; readonly who: number; readonly ms: number }
  | { readonly kind: 'deploy'; readonly who: number }
  | { readonly kind: 'replace the publisher'; readonly kills: boolean }
  | { readonly kind: 'stand server'; readonly ms: number }
  | { readonly kind: 'restart'; readonly away: number; readonly ms: number; readonly empty: boolean }
  | { readonly kind: 'flush' | 'forget scripts' }
)

/** A night before it is played. */
export interface Plan {
  readonly seed: number
  readonly workers: number
  readonly slots: number
  readonly messages: readonly (Message & { readonly at: number })[]
  /** When somebody stops what was said in a conversation. */
  readonly orders?: readonly { readonly at: number; readonly conversation: number }[]
  readonly incidents: readonly Incident[]
}

/** ms in which people write. */
const LENGTH = 12_000
/** Commands whose answers something may overtake. */
const COMMANDS = ['take', 'take', 'settle', 'note', 'tick', 'join', 'publish', 'open']
const ORDERS: readonly Order[] = ['timers', 'arrivals', 'mixed']

type Random = () => number

const whole = (random: Random, from: number, to: number): number =>
  from + Math.floor(random() * (to - from + 1))
const oneOf = <T>(random: Random, all: readonly T[]): T => all[Math.floor(random() * all.length)]!
/** Mostly short, seldom long. */
const skewed = (random: Random, most: number): number => Math.round(most * random() ** 3)

type Dice = (random: Random, at: number, who: number) => Incident

const common: readonly Dice[] = [
  (random, at, who) => ({ at, who, kind: 'stand', ms: skewed(random, 30_000), order: oneOf(random, ORDERS) }),
  (random, at, who) => ({ at, who, kind: 'stand', ms: whole(random, 5, 800), order: oneOf(random, ORDERS) }),
  (_, at, who) => ({ at, who, kind: 'cut' }),
  (random, at, who) => ({ at, who, kind: 'silence', ms: skewed(random, 8000) }),
  (random, at, who) => ({
    at,
    who,
    kind: 'stall',
    ms: skewed(random, 12_000),
    direction: oneOf(random, ['there', 'back']),
  }),
  (random, at) => ({ at, kind: 'stand server', ms: skewed(random, 8000) }),
  (_, at) => ({ at, kind: 'forget scripts' }),
]
const deaths: readonly Dice[] = [
  (random, at, who) => ({ at, who: Math.max(0, who), kind: 'kill', ms: skewed(random, 5000) }),
  (random, at, who) => ({ at, who: Math.max(0, who), kind: 'close', ms: skewed(random, 5000) }),
  (_, at, who) => ({ at, who: Math.max(0, who), kind: 'deploy' }),
]
const losses: readonly Dice[] = [
  (random, at) => ({
    at,
    kind: 'restart',
    away: skewed(random, 6000),
    ms: skewed(random, 4000),
    empty: random() < 0.1,
  }),
  (_, at) => ({ at, kind: 'flush' }),
]
/** With losses of the server beside them more would be lost, as they take what they would publish again with them. */
const replacements: readonly Dice[] = [
  (random, at) => ({ at, kind: 'replace the publisher', kills: random() < 0.5 }),
]

/** A night by the dice. */
export const planOf = (seed: number): Plan => {
  const random = seededRandom(seed)
  const pace = whole(random, 60, 400)
  const conversations = whole(random, 1, 8)
  const longest = oneOf(random, [300, 3000, 20_000])
  const messages: Plan['messages'][number][] = []
  for (let at = 0; at < LENGTH; at += whole(random, 1, 2 * pace))
    messages.push({
      at,
      conversation: whole(random, 0, conversations - 1),
      ms: random() < 0.1 ? skewed(random, longest) : whole(random, 0, 100),
      replies: Array.from({ length: oneOf(random, [0, 1, 1, 2]) }, () => random() < 0.7),
    })
  const decks = [
    ...(random() < 0.7 ? common : common.filter(() => random() < 0.4)),
    ...(random() < 0.5 ? deaths : []),
    ...(random() < 0.5 ? losses : random() < 0.5 ? replacements : []),
  ]
  const workers = whole(random, 1, 4)
  const every = whole(random, 500, 5000)
  const incidents: Incident[] = []
  for (let at = whole(random, 0, every); at < LENGTH + 3000; at += whole(random, 1, 2 * every))
    if (decks.length > 0) {
      const incident = oneOf(random, decks)(random, at, whole(random, -1, workers - 1))
      incidents.push(random() < 0.5 ? incident : { ...incident, upon: oneOf(random, COMMANDS) })
    }
  return { seed, workers, slots: oneOf(random, [1, 2, 5, 20]), messages, incidents }
}

/** ms in which people write in a busy night, between two of them, and between two incidents. */
const BUSY = { length: 30_000, pace: 120, every: 2500 }

/**
 * A night by the dice in which three workers are busy, in many conversations, and what breaks is replaced at once.
 *
 * @param orders the part of what people say that is an order to stop
 */
export const busyPlanOf = (seed: number, orders: number): Plan => {
  const random = seededRandom(seed)
  const times = (every: number): readonly number[] =>
    Array.from({ length: BUSY.length / every }, (_, index) => index * every)
  const said = times(BUSY.pace).map((at) => ({
    at,
    conversation: whole(random, 0, 29),
    isOrder: random() < orders,
    // Some take longer than a lease.
    ms: random() * 60 < 1 ? 22_000 : random() * 200,
  }))
  const incidents = times(BUSY.every).map((time): Incident => {
    const at = time + BUSY.every
    const dice = random()
    const who = whole(random, 0, 2)
    if (dice < 0.3) return { at, kind: 'restart', away: random() * 1500, ms: 0, empty: false }
    if (dice < 0.6) return { at, kind: 'cut all' }
    return { at, kind: dice < 0.8 ? 'kill' : 'close', who, ms: 0 }
  })
  return {
    seed,
    workers: 3,
    slots: 20,
    messages: said.flatMap(({ isOrder, ...one }) =>
      isOrder ? [] : { ...one, replies: random() < 0.3 ? [true] : [] },
    ),
    orders: said.filter(({ isOrder }) => isOrder),
    incidents,
  }
}

/** Plays a night to its end, or, if that is all one wants to know, to the first fault. */
export const play = async (plan: Plan, toFault: boolean = false): Promise<VirtualCluster> => {
  const cluster = new VirtualCluster(plan)
  const todo = [
    ...plan.messages.map((one) => ({ at: one.at, run: () => cluster.say(one) })),
    ...(plan.orders ?? []).map(({ at, conversation }) => ({ at, run: () => cluster.order(conversation) })),
    ...plan.incidents.map((one) => ({ at: one.at, run: () => happen(cluster, one) })),
  ].toSorted((one, other) => one.at - other.at)
  for (const { at, run } of todo) {
    await cluster.clock.advance(at - cluster.clock.now())
    run()
    if (toFault && cluster.faults.length > 0) return cluster
  }
  await cluster.end()
  return cluster
}

const happen = (cluster: VirtualCluster, incident: Incident): void => {
  const { workers, front } = cluster
  const worker =
    'who' in incident ? workers[Math.max(0, incident.who) % Math.max(1, workers.length)] : workers[0]
  const isOfFront = /publish|open/.test(incident.upon ?? '') || ('who' in incident && incident.who < 0)
  const aimed = isOfFront ? front : worker
  if (incident.upon !== undefined && aimed)
    cluster.aim(aimed, incident.upon, () => strike(cluster, incident, worker))
  else strike(cluster, incident, worker)
}

const strike = (cluster: VirtualCluster, incident: Incident, worker: VirtualWorker | undefined): void => {
  const { front, server, clock } = cluster
  const victim: VirtualProcess | undefined = 'who' in incident && incident.who < 0 ? front : worker
  switch (incident.kind) {
    case 'stand':
      return victim && cluster.stand(victim, incident.ms, incident.order)
    case 'cut':
      return victim && cluster.cut(victim)
    case 'cut all':
      return cluster.cutAll()
    case 'silence':
      return victim && cluster.silence(victim, incident.ms)
    case 'stall':
      return victim && cluster.stall(victim, incident.ms, incident.direction)
    case 'kill':
    case 'close':
      if (!worker || !cluster.workers.includes(worker)) return
      if (incident.kind === 'kill') cluster.kill(worker)
      else void cluster.close(worker)
      return void clock.setTimer(incident.ms, () => cluster.hire())
    case 'deploy':
      return worker && cluster.workers.includes(worker) ? void cluster.deploy(worker) : undefined
    case 'replace the publisher':
      return cluster.replaceFront(incident.kills)
    case 'stand server':
      return cluster.standServer(incident.ms)
    case 'restart':
      return cluster.restart(incident.away, incident)
    case 'flush':
      return cluster.flush()
    case 'forget scripts':
      return server.forgetScripts()
  }
}
