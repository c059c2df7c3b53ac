import { type Linked, LinkedQueue } from '@qqkit/core/internal'
import { type buildConnector, Client, type Dispatcher, errors } from 'undici'

/** What an exchange needs of a dispatcher. */
export type RequestSender = Pick<Dispatcher, 'dispatch'>

/** Options of each connection. */
export interface SocketOptions extends Omit<Client.Options, 'connect'> {
  readonly connect: buildConnector.connector
}

/** A handler whose caller may leave while the request waits for a connection. */
type RequestHandler = Dispatcher.DispatchHandler & { readonly isOver?: boolean }

/** A request, and the connection that it has to itself until its answer is complete. */
class Lease implements Dispatcher.DispatchHandler, Linked<Lease> {
  prev: Lease | null = null
  next: Lease | null = null
  #client: Client | undefined
  readonly #origin: OriginSockets
  readonly #options: Dispatcher.DispatchOptions
  readonly #handler: RequestHandler

  constructor(origin: OriginSockets, options: Dispatcher.DispatchOptions, handler: RequestHandler) {
    this.#origin = origin
    this.#options = options
    this.#handler = handler
  }

  /** Whether the request is wanted no more. */
  get isOver(): boolean {
    return this.#handler.isOver === true
  }

  begin(client: Client): void {
    this.#client = client
    client.dispatch(this.#options, this)
  }

  /** Ends a request that has no connection yet. */
  refuse(error: Error): void {
    this.#handler.onResponseError?.(null as unknown as Dispatcher.DispatchController, error)
  }

  onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void {
    this.#handler.onRequestStart?.(controller, context)
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>[2],
    message?: string,
  ): void {
    this.#handler.onResponseStart?.(controller, status, headers, message)
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#handler.onResponseData?.(controller, chunk)
  }

  onResponseEnd(
    controller: Dispatcher.DispatchController,
    trailers: Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseEnd']>>[1],
  ): void {
    this.#release(true)
    this.#handler.onResponseEnd?.(controller, trailers)
  }

  onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    this.#release(false)
    this.#handler.onResponseError?.(controller, error)
  }

  #release(usable: boolean): void {
    const client = this.#client
    if (!client) return
    this.#client = undefined
    this.#origin.end(client, usable)
  }
}

/** The connections to one origin. */
class OriginSockets {
  readonly name: string
  readonly #options: Client.Options
  readonly #most: number
  readonly #empty: () => void
  /** Connections without a request; the one used last is at the end. */
  readonly #idle: Client[] = []
  readonly #clients = new Set<Client>()
  readonly #waiting = new LinkedQueue<Lease>()

  /** @param empty called when the last connection is gone and nothing waits for one */
  constructor(name: string, most: number, options: SocketOptions, empty: () => void) {
    this.name = name
    this.#options = options
    this.#most = most
    this.#empty = empty
  }

  /** Sends a request on a connection of its own, or lets it wait for one. */
  begin(lease: Lease): void {
    const client = this.#idle.pop() ?? this.#open()
    if (client) lease.begin(client)
    else this.#waiting.push(lease)
  }

  /** A request has ended. After an error, the state of its connection is unknown. */
  end(client: Client, usable: boolean): void {
    if (!usable || client.destroyed) {
      void this.#drop(client)
      return
    }
    const next = this.#next()
    if (next) next.begin(client)
    else this.#idle.push(client)
  }

  async destroy(reason: Error): Promise<void> {
    for (let lease = this.#waiting.shift(); lease; lease = this.#waiting.shift()) lease.refuse(reason)
    await Promise.all(Array.from(this.#clients, (client) => client.destroy(reason)))
  }

  /** The request that has waited longest. One that was given up would be aborted, together with its connection. */
  #next(): Lease | null {
    let lease = this.#waiting.shift()
    while (lease?.isOver) lease = this.#waiting.shift()
    return lease
  }

  #open(): Client | null {
    if (this.#clients.size >= this.#most) return null
    const client = new Client(this.name, this.#options)
    this.#clients.add(client)
    client.on('disconnect', () => {
      const place = this.#idle.indexOf(client)
      // One with a request connects again, or ends with the request.
      if (place === -1) return
      this.#idle.splice(place, 1)
      void this.#drop(client)
    })
    return client
  }

  /** Closes a connection. It keeps its place until its socket is closed. */
  async #drop(client: Client): Promise<void> {
    await client.destroy()
    this.#clients.delete(client)
    const waiting = this.#next()
    if (waiting) this.begin(waiting)
    else if (this.#clients.size === 0) this.#empty()
  }
}

const NO_ORIGINS: readonly OriginSockets[] = Object.freeze([])

/**
 * Keep-alive connections, several to each origin. A connection is free as soon as its answer is complete, and the one
 * used last goes first. Undici's own pool takes a connection back a turn of the event loop later, so that a single
 * sender would keep two connections and use them by turns.
 */
export class Sockets implements RequestSender {
  readonly #most: number
  readonly #options: SocketOptions
  /** Few, and none while no connection is open. */
  #origins: readonly OriginSockets[] = NO_ORIGINS
  #closed = false

  /** @param most connections per origin */
  constructor(most: number, options: SocketOptions) {
    this.#most = most
    this.#options = options
  }

  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const origin = this.#originOf(String(options.origin))
    const lease = new Lease(origin, options, handler)
    if (this.#closed) lease.refuse(new errors.ClientDestroyedError())
    else origin.begin(lease)
    return true
  }

  /** Closes all connections, and ends their requests. */
  async destroy(): Promise<void> {
    this.#closed = true
    const reason = new errors.ClientDestroyedError()
    await Promise.all(this.#origins.map((origin) => origin.destroy(reason)))
  }

  #originOf(name: string): OriginSockets {
    const known = this.#origins.find((one) => one.name === name)
    if (known) return known
    const origin: OriginSockets = new OriginSockets(name, this.#most, this.#options, () => {
      this.#origins = this.#origins.length === 1 ? NO_ORIGINS : this.#origins.filter((one) => one !== origin)
    })
    this.#origins = this.#origins.concat(origin)
    return origin
  }
}
