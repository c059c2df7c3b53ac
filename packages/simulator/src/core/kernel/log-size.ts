import type { LogEntryBody } from './log-entry.js'

/** What an entry of any kind holds besides its texts, in characters. */
const ENTRY_OVERHEAD = 200

/** What a number, a flag, or a name with its marks takes in JSON, about. */
const VALUE_OVERHEAD = 4

/** Characters of a value as JSON, about: strings and names count in full. */
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

/** Characters that an entry of the log holds, about. */
export const sizeOf = (entry: LogEntryBody): number => ENTRY_OVERHEAD + textSize(entry)
