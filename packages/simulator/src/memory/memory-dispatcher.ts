import { EventEmitter } from 'node:events'

import type { Clock } from '@qqkit/core'

import type { HttpAnswer } from '../core/kernel/effect.js'
import type { Runtime } from '../runtime/runtime.js'
import type { DispatchHandler, DispatchOptions } from './dispatch-types.js'
import { MemoryDelivery } from './memory-delivery.js'
import { readRequestBody } from './request-body.js'
import { ResponseWriter } from './response-writer.js'

const pairsOf = (headers: unknown): readonly (readonly [string, string])[] => {
  if (headers === null || headers === undefined) return []
  if (Array.isArray(headers) && headers.every((item) => typeof item === 'string')) {
    const flat = headers as readonly string[]
    return flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1] ?? ''] as const] : []))
  }
  const pairs =
    Symbol.iterator in Object(headers)
      ? [...(headers as Iterable<readonly [string, unknown]>)]
      : Object.entries(headers as Readonly<Record<string, unknown>>)
  return pairs
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : String(value)])
}

const splitTarget = ({ path, query }: DispatchOptions): { readonly path: string; readonly query: string } => {
  const mark = path.indexOf('?')
  const own = mark < 0 ? '' : path.slice(mark + 1)
  const given = query
    ? new URLSearchParams(
        Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
      ).toString()
    : ''
  return { path: mark < 0 ? path : path.slice(0, mark), query: [own, given].filter(Boolean).join('&') }
}

const refuseShortcut = (method: string): never => {
  throw new TypeError(`dispatcher.${method}() is not supported; use undici.request(url, { dispatcher })`)
}

/**
 * Answers HTTP calls from a simulator in the same process. Works wherever undici takes a `dispatcher`, and does not
 * itself need undici.
 */
export class MemoryDispatcher extends EventEmitter {
  readonly #runtime: Runtime
  readonly #clock: Clock
  readonly #latency: number
  readonly #open = new Map<number, { readonly writer: ResponseWriter; readonly back: MemoryDelivery }>()
  #count = 0

  /** @internal */
  constructor(runtime: Runtime, clock: Clock, latency: number) {
    super()
    this.#runtime = runtime
    this.#clock = clock
    this.#latency = latency
  }

  /** Starts a call. Other hosts than the simulator's fail with ENOTFOUND. */
  dispatch(options: DispatchOptions, handler: DispatchHandler): boolean {
    const call = ++this.#count
    const writer = new ResponseWriter(handler, () => {
      if (this.#open.delete(call)) this.#runtime.input({ kind: 'cancelled', call })
    })
    writer.start()
    if (!writer.ended) void this.#send(call, options, writer)
    return true
  }

  /** The method of `EventEmitter`, with the narrower type of undici. */
  override listeners(event: string | symbol): never[] {
    return super.listeners(event) as never[]
  }

  /** The method of `EventEmitter`, with the narrower type of undici. */
  override rawListeners(event: string | symbol): never[] {
    return super.rawListeners(event) as never[]
  }

  // The rest of undici's class, so that its type is met: `undici.request(url, { dispatcher })` needs `dispatch` alone.

  /** Not supported: pass this dispatcher to undici's own functions. */
  request(): never {
    return refuseShortcut('request')
  }

  /** Not supported: pass this dispatcher to undici's own functions. */
  stream(): never {
    return refuseShortcut('stream')
  }

  /** Not supported: pass this dispatcher to undici's own functions. */
  pipeline(): never {
    return refuseShortcut('pipeline')
  }

  /** Not supported: the simulator is no proxy. */
  connect(): never {
    return refuseShortcut('connect')
  }

  /** Not supported: WebSockets use the simulator's `transport`. */
  upgrade(): never {
    return refuseShortcut('upgrade')
  }

  /** Not supported. */
  compose(): never {
    return refuseShortcut('compose')
  }

  /** @internal */
  respond(call: number, answer: HttpAnswer): void {
    this.#finish(call, (writer) => writer.answer(answer))
  }

  /** @internal */
  begin(call: number, partial: HttpAnswer): void {
    const open = this.#open.get(call)
    open?.back.deliver(() => open.writer.begin(partial))
  }

  /** @internal */
  abort(call: number, partial: HttpAnswer | null): void {
    this.#finish(call, (writer) => writer.break(partial))
  }

  /** Resolves at once, since there is nothing to wait for. */
  async close(callback?: () => void): Promise<void> {
    callback?.()
  }

  /** Fails all open calls. */
  async destroy(error?: unknown, callback?: () => void): Promise<void> {
    const reason =
      error instanceof Error
        ? error
        : Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' })
    for (const [call, { writer }] of this.#open) {
      this.#open.delete(call)
      writer.fail(reason)
    }
    if (typeof error === 'function') error()
    callback?.()
  }

  async #send(call: number, options: DispatchOptions, writer: ResponseWriter): Promise<void> {
    try {
      const { http } = this.#runtime.world.base
      const origin = String(options.origin ?? http)
      if (origin !== http && new URL(origin).origin !== http) {
        throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${origin}`), { code: 'ENOTFOUND' })
      }
      const body = await readRequestBody(options.body, this.#runtime.world.settings.bodyLimit)
      const headers = Object.fromEntries(
        pairsOf(options.headers).map(([name, value]) => [name.toLowerCase(), value]),
      )
      if (body.type !== null) headers['content-type'] ??= body.type
      const request = {
        method: options.method,
        ...splitTarget(options),
        headers,
        body: body.bytes,
        tooLarge: body.tooLarge ?? false,
      }
      const there = new MemoryDelivery(this.#clock, this.#latency)
      there.deliver(() => {
        if (writer.ended) return
        this.#open.set(call, { writer, back: new MemoryDelivery(this.#clock, this.#latency) })
        this.#runtime.input({ kind: 'called', call, request })
      })
    } catch (error) {
      writer.fail(error instanceof Error ? error : new Error(String(error)))
    }
  }

  #finish(call: number, write: (writer: ResponseWriter) => void): void {
    const open = this.#open.get(call)
    if (!open) return
    open.back.deliver(() => {
      this.#open.delete(call)
      write(open.writer)
    })
  }
}
