import type { LogEntryBody } from './log-entry.js'

/** Size of an entry besides its texts, in characters. */
const ENTRY_OVERHEAD = 200

/** Approximate size of a number, a flag or punctuation in JSON. */
const VALUE_OVERHEAD = 4

/** Approximate length of a value as JSON: strings and names count in full. */
export const jsonSize = (value: unknown): number => {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return VALUE_OVERHEAD
  let size = VALUE_OVERHEAD
  if (Array.isArray(value))
    for (const item of value as readonly unknown[]) size += VALUE_OVERHEAD + jsonSize(item)
  else
    for (const name of Object.keys(value))
      size += VALUE_OVERHEAD + name.length + jsonSize(value[name as keyof typeof value])
  return size
}

const textSize = (entry: LogEntryBody): number => {
  if (entry.kind === 'frame') return entry.text.length
  if (entry.kind === 'call') return entry.path.length + entry.request.length + entry.response.length
  if (entry.kind === 'message') return entry.content.length + jsonSize(entry.payload)
  return entry.kind === 'push' ? entry.body.length : 0
}

/** Approximate number of characters in a log entry. */
export const sizeOf = (entry: LogEntryBody): number => ENTRY_OVERHEAD + textSize(entry)
