import type { Clock } from '@qqkit/core'
import { sleep } from '@qqkit/core/internal'

import { RedisError } from '../port/errors.js'
import type { EventName } from '../queue/event-queue.js'

/** The queue that an order of a person has passed. */
export interface Orders {
  /** On which all workers hear what they are to stop. */
  readonly channel: string
  /** Leaves out what waits in a conversation and is older. @returns how many */
  leaveOut(event: EventName): Promise<number>
  /** What is handled in a conversation, and by which worker. */
  owner(conversation: string): Promise<{ readonly id: string; readonly token: string } | null>
  /** Tells all workers to stop what they handle there. */
  tell(conversation: string): Promise<void>
}

/** What {@link stopElsewhere} works with. */
export interface StopElsewhereDeps {
  readonly orders: Orders
  readonly clock: Clock
  /** ms of a lease. */
  readonly lease: number
  /** The process of this worker: what its bot handles when the order comes, the bot has stopped. */
  readonly process: string
}

/** The event that is an order. */
export interface OrderEvent {
  readonly id: string
  /** The conversation that it names. */
  readonly conversation: string
  /** Whether it is still to be carried out here. */
  readonly isOpen: () => boolean
  /** Another worker gets it if this one dies before something is over, which never rejects. */
  readonly settleAfter: (before: Promise<void>) => void
}

/** ms between two looks whether a handler was stopped, looks between two tells, and ms that the person waits for it. */
const LOOK = 50
const AGAIN = 20
const WAIT = 5000
/** Leases until a dead worker has lost what it handled, and the next one has heard that it should stop. */
const LEASES = 1.5

/**
 * Stops what other workers handle in the conversation that an order names, and waits until it has ended, up to 5 s. The order is settled
 * when it has, also where the first worker dies over it.
 *
 * @param options.waiting whether what waits there is left out as well
 */
export const stopElsewhere = async (
  { conversation, id, isOpen, settleAfter }: OrderEvent,
  { waiting }: { readonly waiting: boolean },
  { orders, clock, lease, process }: StopElsewhereDeps,
): Promise<{ readonly stopped: number; readonly waiting: number }> => {
  const owner = async (): ReturnType<Orders['owner']> =>
    insist(clock, isOpen, async () => orders.owner(conversation))
  const leaveOut = async (before: string): Promise<number> =>
    insist(clock, isOpen, async () => orders.leaveOut({ conversation, id: before }))
  const left = waiting ? await leaveOut(id) : 0
  const first = await owner()
  if (first === null) return { stopped: 0, waiting: left }
  const tellAll = async (): Promise<void> => {
    let told = ''
    for (let look = 0; look * LOOK < LEASES * lease; look += 1) {
      const now = await owner()
      // After the death of its worker it may wait again. Nothing in the conversation is older.
      if (now?.id !== first.id) return void (await leaveOut(String(Number(first.id) + 1)))
      // A worker may not have heard it, and it may be another one by now.
      if (look % AGAIN === 0 || now.token !== told)
        await insist(clock, isOpen, async () => orders.tell(conversation))
      told = now.token
      await sleep(clock, LOOK)
    }
  }
  const ended = tellAll().catch(() => {})
  settleAfter(ended)
  // Its own bot has stopped what it had by then, and hears of what came since.
  if (first.token.startsWith(process)) return { stopped: 1, waiting: left }
  const waited = new AbortController()
  await Promise.race([ended, sleep(clock, WAIT, waited.signal).catch(() => {})])
  waited.abort()
  return { stopped: 1, waiting: left }
}

/** Tries again while the server is away. */
const insist = async <T>(clock: Clock, isOpen: () => boolean, what: () => Promise<T>): Promise<T> => {
  for (;;)
    try {
      return await what()
    } catch (error) {
      if (!isOpen() || !RedisError.is(error) || error.code === 'redis_closed') throw error
      await sleep(clock, LOOK)
    }
}
