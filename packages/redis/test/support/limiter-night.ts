import { ManualClock } from '@qqkit/core/testing'
import fc from 'fast-check'

import type { SendCommand } from '../../src/port/connection.js'
import { ServerTime } from '../../src/queue/server-time.js'
import { LimitMember } from '../../src/state/limit-member.js'
import { RedisLimiter } from '../../src/state/limiter.js'
import { type CountingLink, passOn } from './counting-link.js'

/** How a process is cut off: nothing arrives at the server, no answer comes back, each answer is late, or nothing is lost. */
type Cut = 'request' | 'answer' | 'late' | 'none'

/** One step of a night; places are taken modulo what there is. */
export type LimiterStep =
  /** ms after its grant at which the attempt would leave; default 0. */
  | { readonly do: 'ask'; readonly process: number; readonly leaves?: number }
  | { readonly do: 'cut'; readonly process: number; readonly how: Cut }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'replace'; readonly process: number }
  /** Somebody sets the clock of the host. */
  | { readonly do: 'set'; readonly ms: number }

/** ms of the smallest step that somebody makes; up to an hour. */
const STEP = 200
const process = fc.nat(3)

/** Steps of a night. */
export const limiterNights: fc.Arbitrary<readonly LimiterStep[]> = fc.array(
  fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({
        do: fc.constant('ask' as const),
        process,
        leaves: fc.oneof(fc.constant(0), fc.nat(300)),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('cut' as const),
        process,
        how: fc.constantFrom<Cut>('request', 'answer', 'late', 'none', 'none'),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('pass' as const),
        ms: fc.oneof(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 900, max: 30_000 })),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('replace' as const), process }) },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('set' as const),
        ms: fc
          .oneof(fc.integer({ min: -18, max: 18 }), fc.integer({ min: -18_000, max: 18_000 }))
          .map((steps) => steps * STEP),
      }),
    },
  ),
  { minLength: 20, maxLength: 80, size: 'max' },
)

const REQUESTS = 6
const WINDOW = 2000
/** ms for which the time is in doubt when the clock of the host was set: what clocks may run apart while a process hears nothing. */
const DOUBT = 50
/** ms of a late answer: longer than a limiter waits. */
const LATE = 700

interface Process {
  cut: Cut
  readonly limiter: RedisLimiter
  readonly member: LimitMember
}

const never = new AbortController().signal

let nights = 0

/** Processes that share one limit, cut off from the server in turns. What leaves is judged by one clock that nobody sets. */
export class LimiterNight {
  readonly clock: ManualClock = new ManualClock()
  readonly granted: number[] = [0, 0, 0, 0]
  readonly #left: number[] = []
  readonly #link: CountingLink
  readonly #pass: (ms: number) => Promise<void>
  readonly #processes: Process[] = []
  readonly #prefix = `night${++nights}:`
  /** ms by which the clock of the host was set. */
  #set = 0
  #born = 0

  constructor(link: CountingLink) {
    this.#link = link
    this.#pass = passOn(this.clock, link)
    for (let count = 0; count < 4; count += 1) this.#processes.push(this.#start())
  }

  get faults(): readonly string[] {
    return this.#left.flatMap((at) => {
      const count = this.#left.filter((one) => one > at - WINDOW + DOUBT && one <= at).length
      return count > REQUESTS ? [`${count} of ${REQUESTS} in the window that ends at ${at}`] : []
    })
  }

  async play(steps: readonly LimiterStep[]): Promise<void> {
    for (const step of steps) {
      this.#step(step)
      await this.#pass(step.do === 'pass' ? step.ms : 0)
    }
    for (const { member } of this.#processes) void member.leave()
  }

  #start(): Process {
    const one: Process = { cut: 'none', ...this.#parts(async (...args) => this.#send(one, args)) }
    return one
  }

  #parts(send: SendCommand): Pick<Process, 'limiter' | 'member'> {
    const [prefix, clock, name] = [this.#prefix, this.clock, `p${++this.#born}`]
    const time = new ServerTime({ key: `${prefix}clock`, clock, now: () => clock.wall() + this.#set })
    const member = new LimitMember({ send, prefix, clock, time, process: name })
    const limits = { pair: { requests: REQUESTS, windowMs: WINDOW, per: 'bot' } }
    const log = (): void => {}
    const deps = { send, prefix, clock, time, member, log, limits, process: name }
    return { member, limiter: new RedisLimiter({ ...deps, concurrency: 64, reserved: 8 }) }
  }

  async #send(from: Process, args: Parameters<SendCommand>): Promise<unknown> {
    const { cut } = from
    if (cut === 'request') return new Promise(() => {})
    const answer = await this.#link.send(...args)
    if (cut === 'answer') return new Promise(() => {})
    if (cut === 'late') await new Promise<void>((resolve) => this.clock.setTimer(LATE, resolve))
    return answer
  }

  #step(step: LimiterStep): void {
    if (step.do === 'set') this.#set = step.ms
    if (step.do === 'set' || step.do === 'pass') return
    const at = step.process % this.#processes.length
    const one = this.#processes[at]!
    if (step.do === 'cut') one.cut = step.how
    else if (step.do === 'replace') {
      // It dies: nothing of it reaches anybody.
      one.cut = 'request'
      void one.member.leave()
      this.#processes[at] = this.#start()
    } else void this.#ask(one, at, step.leaves ?? 0)
  }

  async #ask({ limiter }: Process, at: number, leaves: number): Promise<void> {
    const answer = await limiter.acquire(
      { routeClass: 'pair', target: '', priority: 1, maxWait: 3000 },
      never,
    )
    if (!answer.granted) return
    if (leaves > 0) await new Promise<void>((resolve) => this.clock.setTimer(leaves, resolve))
    if (answer.isLate?.()) return answer.settle({ kind: 'not_sent' })
    this.#left.push(this.clock.now())
    this.granted[at]! += 1
    answer.settle({ kind: 'sent' })
  }
}

/** A clock that is set while answers are late: it once ran behind by as much as nobody could notice. */
export const lateStepBack: readonly LimiterStep[] = [
  { do: 'set', ms: 200 },
  { do: 'cut', process: 0, how: 'late' },
  { do: 'ask', process: 1 },
  { do: 'ask', process: 0 },
  { do: 'set', ms: 0 },
  { do: 'pass', ms: 900 },
  { do: 'ask', process: 1 },
  { do: 'ask', process: 0 },
  { do: 'pass', ms: 330 },
  { do: 'ask', process: 0 },
  { do: 'ask', process: 0 },
  { do: 'cut', process: 0, how: 'none' },
  { do: 'ask', process: 0 },
  { do: 'replace', process: 1 },
  { do: 'pass', ms: 2 },
  { do: 'ask', process: 0 },
  { do: 'ask', process: 1 },
  { do: 'ask', process: 0 },
  { do: 'pass', ms: 3671 },
  { do: 'ask', process: 0 },
  { do: 'ask', process: 0 },
  { do: 'ask', process: 1 },
  { do: 'ask', process: 1 },
]

/** A clock that is set back while all who knew it are cut off: the server once kept no share for one of them. */
export const setBackUnseen: readonly LimiterStep[] = [
  { do: 'ask', process: 2 },
  { do: 'cut', process: 2, how: 'request' },
  { do: 'pass', ms: 13_100 },
  { do: 'set', ms: -1200 },
  ...Array.from({ length: 8 }, (): LimiterStep => ({ do: 'ask', process: 0 })),
  { do: 'ask', process: 2 },
  { do: 'ask', process: 2 },
  { do: 'pass', ms: 1950 },
]
