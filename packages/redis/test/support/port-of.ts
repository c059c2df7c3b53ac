import { Redis } from 'ioredis'
import { createClient } from 'redis'

import { portOf, type RedisPort } from '../../src/port/port.js'

const mustBe = (port: RedisPort | null): RedisPort => {
  if (!port) throw new Error('the client was not recognised')
  return port
}

/** Ports over each client that is supported, to the socket of a server. */
export const ports: Readonly<Record<'ioredis' | 'redis', (socket: string) => RedisPort>> = {
  ioredis: (socket) => mustBe(portOf(new Redis({ path: socket, lazyConnect: true }))),
  redis: (socket) => mustBe(portOf(createClient({ socket: { path: socket, tls: false } }))),
}
