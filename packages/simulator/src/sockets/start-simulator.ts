import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import { getRequestListener } from '@hono/node-server'

import { isLoopback } from '../page/guard.js'
import { servePage, type Page } from '../page/serve-page.js'
import { simulatorHost } from '../page/simulator-host.js'
import { Simulator } from '../simulator.js'
import { GatewaySockets } from './gateway-sockets.js'
import { ListenError } from './listen-error.js'
import { HttpCalls } from './http-calls.js'
import { resolveSocketOptions, type ResolvedSocketOptions, type SocketSimulatorOptions } from './options.js'
import { WebhookPosts } from './webhook-posts.js'

const isPagePath = (url: string): boolean => /^\/(?:$|\?|favicon\.ico|_sim(?:\/|$|\?))/.test(url)

/** Warns when other machines can reach the simulator. */
const warnUnlessLoopback = (host: string): void => {
  if (isLoopback(host)) return
  process.emitWarning(
    `the QQ simulator listens on ${host}: every machine that reaches this address can use it`,
    {
      code: 'QQKIT_SIMULATOR_OPEN',
      detail: 'Leave the option "host" out to listen on 127.0.0.1 only.',
    },
  )
}

const listen = async (server: Server, port: number, host: string): Promise<AddressInfo> => {
  await new Promise<void>((resolve, reject) => {
    // Never removed, so that a later error of the server does not end the process.
    server.on('error', (cause) => reject(new ListenError(port, host, cause)))
    server.listen(port, host, resolve)
  })
  return server.address() as AddressInfo
}

/** A simulated platform over real HTTP and WebSocket. */
export class SocketSimulator extends Simulator {
  readonly #server: Server
  readonly #gateway: GatewaySockets
  readonly #posts: WebhookPosts
  readonly #page: Page | null

  /** @internal */
  constructor(options: ResolvedSocketOptions, server: Server, address: AddressInfo) {
    const everywhere = address.address === '0.0.0.0' || address.address === '::'
    const shown = everywhere ? '127.0.0.1' : address.address
    const authority = `${shown.includes(':') ? `[${shown}]` : shown}:${address.port}`
    super(options, { http: `http://${authority}`, ws: `ws://${authority}`, everywhere })
    this.#server = server
    const calls = new HttpCalls(this.runtime)
    const gateway = new GatewaySockets(this.runtime)
    const posts = new WebhookPosts(options.clock)
    this.#posts = posts
    this.#gateway = gateway
    this.runtime.attach((effect) => {
      switch (effect.kind) {
        case 'accept':
          return gateway.accept(effect.connection)
        case 'refuse':
          return gateway.refuse(effect.connection, effect.status)
        case 'send':
          return gateway.send(effect.connection, effect.data)
        case 'close':
          return gateway.close(effect.connection, effect.code, effect.reason)
        case 'break':
          return gateway.break(effect.connection, effect.how)
        case 'freeze':
          return gateway.freeze(effect.connection)
        case 'respond':
          return calls.respond(effect.call, effect.answer)
        case 'begin':
          return calls.begin(effect.call, effect.partial)
        case 'abort':
          return calls.abort(effect.call, effect.partial)
        case 'post':
          return posts.post(effect, (outcome) =>
            this.runtime.input({ kind: 'pushed', push: effect.push, outcome }),
          )
      }
    })
    this.#page =
      options.pageAssets === null
        ? null
        : servePage(simulatorHost(this, this.runtime), {
            assets: options.pageAssets,
            loopbackOnly: isLoopback(options.host),
          })
    // Otherwise the listener replaces the global Request and Response of the whole process.
    const page = this.#page && getRequestListener(this.#page.fetch, { overrideGlobalObjects: false })
    server.on('request', (message: IncomingMessage, response: ServerResponse) => {
      if (page && isPagePath(message.url ?? '/')) void page(message, response)
      else void calls.take(message, response)
    })
    server.on('upgrade', (message, net, head) => gateway.take(message, net, head))
  }

  /**
   * Shows the output of the bot's program on the page, as `qqkit dev` does: under **Log**, beside the conversation. Whole
   * lines; the page keeps the last 2000.
   *
   * @param from `'dev'` for words of the tool that runs the bot
   * @example
   *   createInterface({ input: child.stderr }).on('line', (line) => sim.showOutput(line, 'stderr'))
   */
  showOutput(text: string, from: 'stdout' | 'stderr' | 'dev' = 'stdout'): void {
    this.#page?.show(text, from)
  }

  /**
   * The server no longer keeps the process alive.
   *
   * @internal
   */
  unref(): void {
    this.#server.unref()
  }

  protected override async shut(): Promise<void> {
    this.#page?.close()
    this.#gateway.closeAll()
    this.#posts.close()
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve())
    })
    this.#server.closeAllConnections()
    await closed
  }
}

/**
 * Starts a QQ platform on this machine; default: a free port of the loopback interface.
 *
 * @example
 *   const sim = await startSimulator()
 *   console.log(sim.url) // the chat page, and the base address of the REST API
 *
 * @throws OptionsError for a wrong option; ListenError when the port is in use or the host is not of this machine
 */
export const startSimulator = async (options: SocketSimulatorOptions = {}): Promise<SocketSimulator> => {
  const resolved = resolveSocketOptions(options)
  warnUnlessLoopback(resolved.host)
  const server = createServer({ requestTimeout: 0 })
  const address = await listen(server, resolved.port, resolved.host)
  return new SocketSimulator(resolved, server, address)
}
