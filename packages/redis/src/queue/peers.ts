import type { SendCommand } from '../port/connection.js'

/** ms for which a publisher that said nothing counts as there: three of its looks. */
const KEEP = 60_000

/** A publisher. */
export interface PublishingPeer {
  readonly process: string
  /** The intents of its source, a bit mask; `null` where all events come. */
  readonly intents: number | null
}

const memberOf = ({ process, intents }: PublishingPeer): string => `${process} ${intents ?? ''}`

const peerOf = (member: string): PublishingPeer => {
  const [process = '', intents = ''] = member.split(' ')
  return { process, intents: intents === '' ? null : Number(intents) }
}

/** The publishers of a bot: they have no lease, since a source is taken over by the one that opens it last. */
export interface Peers {
  /** Says that a publisher is there. */
  beat(publisher: PublishingPeer): Promise<void>
  leave(publisher: PublishingPeer): Promise<void>
  all(): Promise<readonly PublishingPeer[]>
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
    beat: async (publisher) => {
      const time = await now()
      await send(['ZADD', key, String(time), memberOf(publisher)])
      await send(['ZREMRANGEBYSCORE', key, '-inf', String(time - KEEP)])
    },
    leave: async (publisher) => void (await send(['ZREM', key, memberOf(publisher)])),
    all: async () => {
      const members = await send(['ZRANGEBYSCORE', key, String((await now()) - KEEP), '+inf'])
      return (members as readonly unknown[]).map((member) => peerOf(String(member)))
    },
    rewound: async () => void (await send(['HINCRBY', meta, 'rewinds', '1'])),
    rewinds: async () => Number((await send(['HGET', meta, 'rewinds'])) ?? 0),
  }
}
