import type { Clock } from '@qqkit/core'
import { sleep } from '@qqkit/core/internal'

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
  /** The process of this worker: what it handles itself, the bot stops. */
  readonly process: string
}

/** ms between two looks whether a handler was stopped, and how many looks. */
const LOOK = 50
const LOOKS = 100

/**
 * Stops what other workers handle in the conversation that an order names, and waits until it has ended, up to 5 s.
 *
 * @param options.waiting whether what waits there is left out as well
 */
export const stopElsewhere = async (
  { conversation, id }: EventName,
  { waiting }: { readonly waiting: boolean },
  { orders, clock, process }: StopElsewhereDeps,
): Promise<{ readonly stopped: number; readonly waiting: number }> => {
  const left = waiting ? await orders.leaveOut({ conversation, id }) : 0
  const owner = await orders.owner(conversation)
  if (owner === null || owner.token.startsWith(process)) return { stopped: 0, waiting: left }
  await orders.tell(conversation)
  for (let look = 0; look < LOOKS; look += 1) {
    const now = await orders.owner(conversation)
    if (now?.id !== owner.id) break
    await sleep(clock, LOOK)
  }
  return { stopped: 1, waiting: left }
}
