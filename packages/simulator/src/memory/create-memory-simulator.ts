import type { Clock, Transport } from '@qqkit/core'
import { checkOptions, withDeadline } from '@qqkit/core/internal'
import * as v from 'valibot'

import type { Effect } from '../core/kernel/effect.js'
import type { PushOutcome } from '../core/kernel/input.js'
import { checkObject, resolveOptions, type ResolvedOptions, type SimulatorOptions } from '../options.js'
import { type BotConnection, type BotCredentials, Simulator } from '../simulator.js'
import { MemoryDispatcher } from './memory-dispatcher.js'
import { MemoryTransport } from './memory-transport.js'

/** Options of {@link createMemorySimulator}. */
export interface MemorySimulatorOptions extends SimulatorOptions {
  /** Delay in ms in each direction; default 0: delivery as soon as the running code has finished. */
  readonly latency?: number
}

/** A webhook endpoint as a function. */
export type PushListener = (request: Request) => Response | Promise<Response>

const LATENCY = 'give ms, at least 0'

const latencySchema = v.strictObject({
  latency: v.optional(v.pipe(v.number(LATENCY), v.finite(LATENCY), v.minValue(0, LATENCY))),
})

/** The options of a bot that connect it to a simulator in memory. */
export interface MemoryBotConnection extends BotConnection {
  readonly clock: Clock
  readonly rest: { readonly dispatcher: MemoryDispatcher }
  readonly gateway: { readonly transport: Transport }
}

/** `.invalid` never resolves, so a client that bypasses the transport or the dispatcher fails at once. */
const HOST = 'simulator.invalid'

/** A platform without sockets: exactly reproducible, as fast as the processor, and on any clock. */
export class MemorySimulator extends Simulator {
  /** Opens gateway sockets; pass it to a gateway as `transport`. */
  readonly transport: Transport
  /** Answers HTTP calls; pass it as `dispatcher` to anything built on undici. */
  readonly dispatcher: MemoryDispatcher
  readonly #transport: MemoryTransport
  readonly #listeners = new Map<string, PushListener>()

  /** @internal */
  constructor(options: ResolvedOptions, latency: number) {
    super(options, { http: `http://${HOST}`, ws: `ws://${HOST}`, everywhere: false })
    const transport = new MemoryTransport(this.runtime, options.clock, latency)
    const dispatcher = new MemoryDispatcher(this.runtime, options.clock, latency)
    this.#transport = transport
    this.transport = transport
    this.dispatcher = dispatcher
    this.runtime.attach((effect) => {
      switch (effect.kind) {
        case 'accept':
          return transport.of(effect.connection)?.accept()
        case 'refuse':
          return transport.of(effect.connection)?.refuse(effect.status)
        case 'send':
          return transport.of(effect.connection)?.deliver(effect.data)
        case 'close':
          return transport.of(effect.connection)?.remoteClose(effect.code, effect.reason)
        case 'break':
          return transport.of(effect.connection)?.remoteBreak(effect.how)
        case 'freeze':
          return transport.of(effect.connection)?.freeze()
        case 'respond':
          return dispatcher.respond(effect.call, effect.answer)
        case 'begin':
          return dispatcher.begin(effect.call, effect.partial)
        case 'abort':
          return dispatcher.abort(effect.call, effect.partial)
        case 'post':
          return void this.#post(effect)
      }
    })
  }

  override botOptions(credentials?: Pick<BotCredentials, 'appId' | 'secret'>): MemoryBotConnection {
    const { clock, dispatcher, transport } = this
    return { ...super.botOptions(credentials), clock, rest: { dispatcher }, gateway: { transport } }
  }

  /**
   * Answers webhook pushes to a url, in place of a server; `null` removes the listener.
   *
   * @example
   *   sim.changeBot({ webhook: 'https://bot.test/webhook' })
   *   sim.listen('https://bot.test/webhook', (request) => webhook.fetch(request))
   */
  listen(url: string, listener: PushListener | null): void {
    if (listener) this.#listeners.set(url, listener)
    else this.#listeners.delete(url)
  }

  async #post({
    push,
    url,
    headers,
    body,
    timeout,
  }: Extract<Effect, { readonly kind: 'post' }>): Promise<void> {
    const report = (outcome: PushOutcome): void => this.runtime.input({ kind: 'pushed', push, outcome })
    const listener = this.#listeners.get(url)
    if (!listener) {
      report({ kind: 'failed', reason: `connect ECONNREFUSED ${url}` })
      return
    }
    try {
      const outcome = await withDeadline<PushOutcome>(
        { clock: this.clock, ms: timeout, onTimeout: () => new Error('no answer in time') },
        async (signal) => {
          const answer = await listener(new Request(url, { method: 'POST', headers, body, signal }))
          return { kind: 'answered', status: answer.status, body: await answer.text() }
        },
      )
      report(outcome)
    } catch (error) {
      report({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) })
    }
  }

  protected override async shut(): Promise<void> {
    this.#transport.closeAll()
    await this.dispatcher.destroy()
  }
}

/**
 * Creates a QQ platform in this process, without sockets.
 *
 * @example
 *   const clock = new ManualClock()
 *   const sim = createMemorySimulator({ clock, seed: 7 })
 *   sim.user('ann').say('hello') // sim.transport is for a gateway, sim.dispatcher for undici
 *   await clock.advance(60_000)
 *
 * @throws OptionsError for a wrong option
 */
export const createMemorySimulator = (options: MemorySimulatorOptions = {}): MemorySimulator => {
  checkObject('createMemorySimulator', '{ seed: 1 }', options)
  const { latency, ...rest } = options
  const own = checkOptions('createMemorySimulator', latencySchema, latency === undefined ? {} : { latency })
  return new MemorySimulator(resolveOptions('createMemorySimulator', rest), own.latency ?? 0)
}
