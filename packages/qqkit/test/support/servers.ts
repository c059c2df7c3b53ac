import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { startSimulator, type SocketSimulator, type SocketSimulatorOptions } from '@qqkit/simulator'
import { afterEach } from 'vitest'

const simulators: SocketSimulator[] = []
const servers: Server[] = []

afterEach(async () => {
  await Promise.all(simulators.splice(0).map(async (one) => one.close()))
  await Promise.all(
    servers.splice(0).map(async (one) => {
      one.closeAllConnections()
      await new Promise((resolve) => one.close(resolve))
    }),
  )
})

/** A platform that ends with the test. */
export const platform = async (options: SocketSimulatorOptions = {}): Promise<SocketSimulator> => {
  const sim = await startSimulator(options)
  simulators.push(sim)
  return sim
}

/** A server that ends with the test; gives its address. */
export const server = async (listener: RequestListener): Promise<string> => {
  const one = createServer(listener)
  servers.push(one)
  await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(one.address() as AddressInfo).port}`
}
