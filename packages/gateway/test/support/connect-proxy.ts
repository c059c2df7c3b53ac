import { once } from 'node:events'
import { Agent, createServer, request, type ClientRequestArgs, type Server } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/** A small HTTP CONNECT proxy on loopback. */
export class ConnectProxy {
  /** Hosts that were asked for. */
  readonly asked: string[] = []
  readonly #server: Server
  readonly #lines = new Set<Duplex>()

  private constructor(server: Server) {
    this.#server = server
    server.on('connect', (incoming, client: Socket, head) => {
      const [host, port] = (incoming.url ?? '').split(':')
      this.asked.push(incoming.url ?? '')
      const target = connect(Number(port), host, () => {
        client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
        target.write(head)
        target.pipe(client).pipe(target)
      })
      for (const line of [client, target]) {
        this.#lines.add(line)
        line.on('error', () => {})
      }
    })
  }

  static async start(): Promise<ConnectProxy> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new ConnectProxy(server)
  }

  /** An agent that goes through it, as the packages that users take for this do. */
  agent(): Agent {
    const { port } = this.#server.address() as AddressInfo
    return new (class extends Agent {
      override createConnection(
        options: ClientRequestArgs,
        callback?: (error: Error | null, stream: Duplex) => void,
      ): undefined {
        request({
          host: '127.0.0.1',
          port,
          method: 'CONNECT',
          path: `${options.host}:${options.port}`,
          agent: false,
        })
          .on('connect', (_response, socket) => callback?.(null, socket))
          .end()
      }
    })()
  }

  async close(): Promise<void> {
    for (const line of this.#lines) line.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
