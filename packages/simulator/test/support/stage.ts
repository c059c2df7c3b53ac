import type { ManualClock } from '@qqkit/core/testing'

import type { MemorySimulator, SimulatorOptions } from '../../src/index.js'
import { getToken, identified, memoryClient } from './clients.js'
import type { WireAnswer, WireClient, WireSocket } from './wire-client.js'

/** A simulator in memory with one identified bot. */
export interface Stage {
  readonly client: WireClient
  readonly sim: MemorySimulator
  readonly clock: ManualClock
  readonly token: string
  readonly socket: WireSocket
  readonly session: string
  /** Calls with the bot's token. */
  readonly call: (method: string, path: string, body?: unknown) => Promise<WireAnswer>
  /** Sends a body to a path, with the bot's token. */
  readonly post: (path: string, body: unknown) => Promise<WireAnswer>
}

/** Runs a story on a fresh stage, and closes the stage afterwards. */
export const onStage = async (
  story: (stage: Stage) => Promise<void>,
  options: SimulatorOptions = {},
): Promise<void> => {
  // The raw client sends no heartbeats and does not renew its token.
  const client = await memoryClient({ heartbeatTimeout: null, tokenLifetime: 10_000_000, ...options })
  try {
    const token = await getToken(client)
    const { socket, session } = await identified(client, token)
    const call: Stage['call'] = async (method, path, body) =>
      client.call(path, { method, token, ...(body === undefined ? {} : { body }) })
    await story({
      client,
      sim: client.sim,
      clock: client.clock,
      token,
      socket,
      session,
      call,
      post: async (path, body) => call('POST', path, body),
    })
  } finally {
    await client.close()
  }
}
