import { once } from 'node:events'
import { Agent, type ClientRequestArgs } from 'node:http'
import { connect, type AddressInfo, type Socket, type TcpNetConnectOpts } from 'node:net'

import { OptionsError } from '@qqkit/core'
import { expect, it, onTestFinished } from 'vitest'
import { WebSocketServer } from 'ws'

import { wsTransport, type WsTransportOptions } from '../../src/index.js'

/** An agent that notes what it is asked to connect with. */
class NotingAgent extends Agent {
  asked: ClientRequestArgs & { readonly autoSelectFamilyAttemptTimeout?: number } = {}

  override createConnection(options: ClientRequestArgs): Socket {
    this.asked = options
    return connect(options as TcpNetConnectOpts)
  }
}

/** Opens a socket, and tells what the connection was made with. */
const opened = async (options: WsTransportOptions): Promise<NotingAgent['asked']> => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  const agent = new NotingAgent()
  const { port } = server.address() as AddressInfo
  await new Promise<void>((resolve, reject) => {
    const socket = wsTransport({ ...options, agent }).open(
      `ws://127.0.0.1:${port}`,
      {
        onOpen: () => socket.terminate(),
        onMessage: () => {},
        onActivity: () => {},
        onClose: ({ error }) => (error ? reject(error) : resolve()),
      },
      { maxPayload: 1000 },
    )
  })
  onTestFinished(() => server.close())
  return agent.asked
}

it('gives each address of a host 2 s, not the 250 ms of Node, or as long as it is told', async () => {
  expect(await opened({})).toMatchObject({ autoSelectFamilyAttemptTimeout: 2000 })
  expect(await opened({ autoSelectFamilyAttemptTimeout: 700 })).toMatchObject({
    autoSelectFamilyAttemptTimeout: 700,
  })
})

it.each([0, -1, 9, 1.5, NaN, Infinity, 2 ** 31])('refuses %d ms for an address', (ms) => {
  expect(() => wsTransport({ autoSelectFamilyAttemptTimeout: ms })).toThrow(OptionsError)
})
