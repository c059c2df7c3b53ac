import type { Clock } from '@qqkit/core'
import { sleep } from '@qqkit/core/internal'

import { isOlder, isStopped, type StopMark } from '../queue/stop-mark.js'
import { readEntry } from '../events/entry.js'
import { RedisError } from '../port/errors.js'
import type { EventName, EventQueue, StoppedConversation, StopOrder } from '../queue/event-queue.js'

/** What {@link stopElsewhere} works with. */
export interface StopElsewhereDeps {
  /** Where the conversation may have events. */
  readonly queues: readonly Pick<EventQueue, 'unfinished' | 'stop' | 'owner'>[]
  readonly clock: Clock
  /** The process of this worker, which hears of a mark by `onMark` alone. */
  readonly process: string
  readonly onMark: (conversation: string, mark: StopMark) => void
  /** Hears the digests of what is not handled any more. */
  readonly onStopped: (digests: readonly string[]) => void
  /** Called where other workers are waited for; returns a function that is called at the end of that. */
  readonly onWait: () => () => void
}

/** ms between the first two looks whether a handler has ended, the most between later ones, and ms that the person waits for that. */
const LOOK = 50
const SLOW_LOOK = 400
const WAIT = 5000

/** An order, and when it was said: wall ms of the platform, `null` if unknown. */
type NumberedOrder = EventName & Pick<StopOrder, 'said' | 'waiting'>

/**
 * Stops what is older than an order in its conversation, and waits until what other workers handle there has ended, up to 5 s. The mark of
 * the order outlives this worker and theirs.
 *
 * @param isOpen whether the order is still to be carried out here
 * @param order.waiting whether what waits there is stopped as well
 */
export const stopElsewhere = async (
  order: NumberedOrder,
  isOpen: () => boolean,
  { queues, clock, process, onMark, onStopped, onWait }: StopElsewhereDeps,
): Promise<{ readonly stopped: number; readonly waiting: number }> => {
  const { conversation: name, said, waiting } = order
  // All lanes hear each mark.
  const before = await insist(clock, isOpen, async () => reachOf(order, queues))
  const found = await Promise.all(
    queues.map(async (queue) => {
      const mark = { conversation: name, before, said, waiting }
      const conversation = await insist(clock, isOpen, async () => queue.stop(mark))
      // It may not hear the channel at this moment.
      if (conversation.mark) onMark(name, conversation.mark)
      return { queue, owner: conversation.owner, events: stoppedOf(conversation) }
    }),
  )
  const all = found.flatMap(({ events }) => events)
  onStopped(all.map(({ digest }) => digest))
  const others = found.filter(
    ({ owner, events: [first] }) => first?.begun && owner !== null && !owner.startsWith(`${process}/`),
  )
  const waited = new AbortController()
  const ended = async ({ queue, events: [first] }: (typeof found)[number]): Promise<void> => {
    const isOwned = async (): Promise<boolean> => (await queue.owner(name))?.id === first?.id
    for (let look = LOOK; !waited.signal.aborted && (await insist(clock, isOpen, isOwned)); look = 2 * look)
      await sleep(clock, Math.min(look, SLOW_LOOK), waited.signal).catch(() => {})
  }
  if (others.length > 0) {
    const endWait = onWait()
    await Promise.race([
      Promise.all(others.map(ended)).catch(() => {}),
      sleep(clock, WAIT, waited.signal).catch(() => {}),
    ])
    waited.abort()
    endWait()
  }
  const stopped = all.filter(({ begun }) => begun).length
  return { stopped, waiting: all.length - stopped }
}

/** The id before which an order stops events: that of the first younger one, where the platform has pushed the order again after it. */
const reachOf = async (
  { conversation, id, said }: NumberedOrder,
  queues: readonly Pick<EventQueue, 'unfinished'>[],
): Promise<string> => {
  if (said === null) return id
  const found = await Promise.all(queues.map(async (queue) => queue.unfinished(conversation)))
  const younger = found.flat().filter(({ body }) => {
    const entry = readEntry(body)
    return entry !== null && entry !== 'newer' && entry.said !== null && entry.said > said
  })
  return String(Math.min(Number(id), ...younger.map((one) => Number(one.id))))
}

/** The events of a conversation that an order has stopped. */
const stoppedOf = ({
  events,
  mark,
}: StoppedConversation): readonly {
  readonly id: string
  readonly begun: boolean
  readonly digest: string
}[] =>
  events.flatMap(({ id, body, begun }) => {
    const entry = readEntry(body)
    if (mark === null || entry === null || entry === 'newer') return []
    const isOne = begun ? isOlder({ id }, entry, mark) : isStopped({ id, lives: 0 }, entry, mark)
    return isOne ? [{ id, begun, digest: entry.digest }] : []
  })

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
