import { fields, text } from './fields.js'
import type { Target } from './message.js'

const EVENTS: ReadonlySet<string> = new Set([
  'MESSAGE_DELETE',
  'PUBLIC_MESSAGE_DELETE',
  'DIRECT_MESSAGE_DELETE',
])

/** A message that was recalled, in a guild: the platform tells it nowhere else (§4.6). */
export interface RecalledMessage {
  readonly target: Target
  readonly id: string
}

/** The message whose recall an event tells; `null` for any other event. */
export const recalledMessage = ({
  event,
  raw,
  target,
}: {
  readonly event: string
  readonly raw: unknown
  readonly target: Target | null
}): RecalledMessage | null => {
  if (!EVENTS.has(event)) return null
  const id = text(fields(fields(raw).message).id)
  return target && id !== '' ? { target, id } : null
}
