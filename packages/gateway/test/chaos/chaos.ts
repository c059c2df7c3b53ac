import type { Clock, Socket, SocketEvents, SocketOptions, Transport } from '@qqkit/core'
import { ManualClock } from '@qqkit/core/testing'
import { connectBudget } from '@qqkit/reconnect-policy'
import { createMemorySimulator } from '@qqkit/simulator'

import { Gateway } from '../../src/index.js'
import { resolveOptions } from '../../src/options.js'
import { memoryAccess } from '../support/memory-access.js'
import { troubles } from './fault-menu.js'

/** Mulberry32: small, good enough, and the same everywhere. */
const randomFrom = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Counts sockets as the client sees them: live from opening until it was closed or let go of. */
class CountingTransport implements Transport {
  live = 0
  most = 0
  /** When each was opened. */
  readonly opened: number[] = []
  readonly #inner: Transport
  readonly #clock: Clock

  constructor(inner: Transport, clock: Clock) {
    this.#inner = inner
    this.#clock = clock
  }

  open(url: string, events: SocketEvents, options: SocketOptions): Socket {
    this.opened.push(this.#clock.now())
    this.live += 1
    this.most = Math.max(this.most, this.live)
    let gone = false
    const go = (): void => {
      if (!gone) this.live -= 1
      gone = true
    }
    const inner = this.#inner.open(
      url,
      {
        ...events,
        onOpen: () => events.onOpen(),
        onMessage: (data) => events.onMessage(data),
        onActivity: () => events.onActivity(),
        onClose: (close) => {
          go()
          events.onClose(close)
        },
      },
      options,
    )
    return {
      send: (text) => inner.send(text),
      close: (code, reason) => inner.close(code, reason),
      terminate: () => {
        go()
        inner.terminate()
      },
    }
  }
}

const mostInAnyWindow = (moments: readonly number[], ms: number): number => {
  let first = 0
  let most = 0
  for (const [last, at] of moments.entries()) {
    while (at - (moments[first] ?? 0) >= ms) first += 1
    most = Math.max(most, last - first + 1)
  }
  return most
}

/** What became of one night. */
export interface ChaosReport {
  readonly seed: number
  readonly events: number
  readonly troubles: number
  /** Kinds of trouble that were drawn. */
  readonly kinds: number
  readonly handled: number
  readonly gaps: number
  readonly connects: number
  readonly identifies: number
  /** Simulated time, in ms. */
  readonly lasted: number
  /** What must not be; empty when all is well. */
  readonly problems: readonly string[]
}

/**
 * One night on a platform that breaks in every way it can: numbered events, and what the handler made of them. The same
 * seed gives the same night.
 */
export const chaos = async (seed: number, size = { events: 5000, troubles: 200 }): Promise<ChaosReport> => {
  const random = randomFrom(seed)
  const draw = (below: number): number => Math.floor(random() * below)
  const clock = new ManualClock()
  const sim = createMemorySimulator({ clock, seed, sessionStarts: { total: 100_000, maxConcurrency: 1 } })
  const transport = new CountingTransport(sim.transport, clock)
  const options = {
    access: memoryAccess(sim),
    appId: sim.credentials.appId,
    transport,
    intents: ['GROUP_AND_C2C_EVENT'],
    clock,
    random,
    maxPayload: 1_048_576,
  } as const
  const gateway = new Gateway(options)
  const handled: number[] = []
  const covered: { readonly from: number; to: number }[] = []
  const problems: string[] = []
  gateway.on('C2C_MESSAGE_CREATE', (event) => void handled.push(Number(event.d.content)))
  gateway.on('gap', ({ since }) => {
    // Open until the next session begins, or, when this one goes on, until now.
    const goesOn = gateway.status().shards[0]?.state === 'ready'
    covered.push({ from: since, to: goesOn ? clock.wall() : Infinity })
  })
  gateway.on('READY', () => {
    for (const gap of covered) gap.to = Math.min(gap.to, clock.wall())
  })
  const run = gateway.run()
  run.catch((error: Error) => problems.push(`stopped: ${error.message}`))
  const settleDown = async (limit: number): Promise<void> => {
    for (let waited = 0; waited < limit && gateway.status().state !== 'ready'; waited += 1000)
      await clock.advance(1000)
  }
  await settleDown(60_000)

  const ann = sim.user('ann')
  const sentAt: number[] = []
  const kinds = new Set<string>()
  let struck = 0
  for (let n = 0; n < size.events; n += 1) {
    sentAt.push(clock.wall())
    ann.say(String(n))
    // Spread over the night, and never fewer than asked for.
    if (draw(size.events - n) < size.troubles - struck) {
      const trouble = troubles[draw(troubles.length)]
      trouble?.strike(sim, draw)
      kinds.add(trouble?.name ?? '')
      struck += 1
    }
    await clock.advance(draw(10) === 0 ? draw(120_000) : draw(300))
  }
  sim.faults.clear()
  await settleDown(3_600_000)
  await clock.advance(300_000)
  if (gateway.status().state !== 'ready') problems.push(`deaf in the end: ${gateway.status().reason}`)

  check(handled, sentAt, covered, problems)
  if (transport.most > 1) problems.push(`${transport.most} live sockets at once`)
  for (const window of [60_000, 600_000, 3_600_000]) {
    const allowed = connectBudget(resolveOptions(options).policy, window)
    const most = mostInAnyWindow(transport.opened, window)
    if (most > allowed) problems.push(`${most} connects within ${window} ms, ${allowed} are allowed`)
  }
  const [shard] = gateway.status().shards
  const closing = gateway.close()
  await clock.advance(20_000)
  await closing
  await sim.close()
  if (clock.pending > 0) problems.push(`${clock.pending} timers are left`)
  return {
    seed,
    events: size.events,
    troubles: struck,
    kinds: kinds.size,
    handled: handled.length,
    gaps: covered.length,
    connects: transport.opened.length,
    identifies: shard?.counters.identifies ?? 0,
    lasted: clock.now(),
    problems,
  }
}

/** Every event once, in order; and a gap for each that is missing. */
const check = (
  handled: readonly number[],
  sentAt: readonly number[],
  covered: readonly { readonly from: number; readonly to: number }[],
  problems: string[],
): void => {
  const seen = new Set<number>()
  let last = -1
  for (const n of handled) {
    if (seen.has(n)) problems.push(`event ${n} came twice`)
    else if (n < last) problems.push(`event ${n} came after ${last}`)
    seen.add(n)
    last = Math.max(last, n)
  }
  for (const [n, at] of sentAt.entries()) {
    if (seen.has(n) || covered.some(({ from, to }) => from <= at && at <= to)) continue
    problems.push(`event ${n} is missing, and no gap tells of it`)
  }
}
