import type { SendCommand } from '../port/connection.js'

/** ms for which a publisher that said nothing counts as there: three of its looks. */
const KEEP = 60_000

/** The publishers of a bot: they have no lease, since a source is taken over by the one that opens it last. */
export interface Peers {
  /** Says that a publisher is there. */
  beat(process: string): Promise<void>
  leave(process: string): Promise<void>
  /** How many publishers there are. */
  count(): Promise<number>
  /** Counts a loss of events that were published again. */
  rewound(): Promise<void>
  rewinds(): Promise<number>
}

/** By the time of the server. */
export const peersOf = (send: SendCommand, prefix: string): Peers => {
  const key = `${prefix}publishers`
  const meta = `${prefix}meta`
  const now = async (): Promise<number> => {
    const [seconds] = (await send(['TIME'])) as readonly [string]
    return Number(seconds) * 1000
  }
  return {
    beat: async (process) => {
      const time = await now()
      await send(['ZADD', key, String(time), process])
      await send(['ZREMRANGEBYSCORE', key, '-inf', String(time - KEEP)])
    },
    leave: async (process) => void (await send(['ZREM', key, process])),
    count: async () => Number(await send(['ZCOUNT', key, String((await now()) - KEEP), '+inf'])),
    rewound: async () => void (await send(['HINCRBY', meta, 'rewinds', '1'])),
    rewinds: async () => Number((await send(['HGET', meta, 'rewinds'])) ?? 0),
  }
}
