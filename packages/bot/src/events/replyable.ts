import { replyableEvents } from '@qqkit/protocol'

/** Events whose id is accepted as `event_id`, in whatever scene (§6.3). */
const REPLYABLE: ReadonlySet<string> = new Set(Object.values(replyableEvents).flat())

/** Whether an event can be answered by its id. */
export const isReplyable = (event: string): boolean => REPLYABLE.has(event)
