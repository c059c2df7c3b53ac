import type { LogEntryBody } from './log-entry.js'

/** What an entry of any kind holds besides its texts, in characters. */
const FRAME = 200

/** Characters of a value as JSON. */
export const jsonSize = (value: unknown): number => JSON.stringify(value)?.length ?? 0

const textSize = (entry: LogEntryBody): number => {
  if (entry.kind === 'frame') return entry.text.length
  if (entry.kind === 'call') return entry.path.length + entry.request.length + entry.response.length
  if (entry.kind === 'message') return entry.content.length + jsonSize(entry.payload)
  return entry.kind === 'push' ? entry.body.length : 0
}

/** Characters that an entry of the log holds, about. */
export const sizeOf = (entry: LogEntryBody): number => FRAME + textSize(entry)
