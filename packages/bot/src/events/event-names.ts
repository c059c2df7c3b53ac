import { type EventPayloads, intentFacts, intentOfEvent, replyableEvents } from '@qqkit/protocol'

import { isMessageEvent, type MessageEventName } from './parse-message.js'

/** Events that are handled under their name on the wire: all that are neither messages nor interactions. */
export type OtherEventName = Exclude<keyof EventPayloads, MessageEventName | 'INTERACTION_CREATE'>

/**
 * The payload of an event ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-4 §4.4} –
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-11 §4.11}).
 */
export type PayloadOf<N extends OtherEventName> = Readonly<EventPayloads[N]>

/** Which context an event gets. */
export type EventKind = 'message' | 'interaction' | 'other' | 'unknown'

/** The kind of an event, by its name on the wire. */
export const eventKind = (name: string): EventKind => {
  if (isMessageEvent(name)) return 'message'
  if (name === 'INTERACTION_CREATE') return 'interaction'
  const known = intentOfEvent(name) !== undefined || name === 'READY' || name === 'RESUMED'
  return known ? 'other' : 'unknown'
}

/** Whether handlers can be registered for a name: `'message'`, `'interaction'`, `'raw'`, or the name of another event. */
export const canHandle = (name: string): boolean =>
  name === 'message' || name === 'interaction' || name === 'raw' || eventKind(name) === 'other'

/** The names that {@link canHandle} accepts. */
export const handledNames = (): readonly string[] =>
  ['message', 'interaction', 'raw', ...Object.values(intentFacts).flatMap(({ events }) => events)].filter(
    canHandle,
  )

/** Events whose id is accepted as `event_id` in some scene (§6.3). */
const REPLYABLE: ReadonlySet<string> = new Set(Object.values(replyableEvents).flat())

/** Whether an event can be replied to by its id. */
export const isReplyable = (event: string): boolean => REPLYABLE.has(event)
