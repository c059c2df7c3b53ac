import type { LogEntry } from '../core/kernel/log-entry.js'

/** Names of fields whose text is no content: ids, kinds, times, codes. Everything else may be what someone wrote. */
const PLAIN =
  /^(?:id|t|op|s|.*_id|.*openid|.*_idx|timestamp|event_ts|type|.*_type|scene|source|code|err_code|message|trace_id|version|shard|session)$/

const hidden = (text: string): string => (text === '' ? '' : `[${text.length} characters]`)

/** A copy of any data without texts that may be contents. */
const hide = (value: unknown, key = ''): unknown => {
  if (typeof value === 'string') return PLAIN.test(key) ? value : hidden(value)
  if (Array.isArray(value)) return value.map((one) => hide(one, key))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, hide(inner, name)]))
}

/** JSON text without contents; other text, and JSON that the log has cut, is hidden as a whole. */
const hideText = (text: string): string => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? JSON.stringify(hide(value)) : hidden(text)
  } catch {
    return hidden(text)
  }
}

/**
 * A log entry without the contents of messages, for exports, recordings and logs that leave the machine: texts become their
 * length, files lose name, address and bytes. Ids, kinds, times, codes and the names of people and places stay.
 *
 * @example
 *   const log = sim.log.entries().map(withoutContents)
 */
export const withoutContents = (entry: LogEntry): LogEntry => {
  switch (entry.kind) {
    case 'message': {
      const files = entry.files.map((file) => ({
        ...file,
        name: hidden(file.name),
        url: null,
        content: null,
      }))
      return { ...entry, content: hidden(entry.content), payload: hide(entry.payload), files }
    }
    case 'frame':
      return { ...entry, text: hideText(entry.text) }
    case 'call':
      return { ...entry, request: hideText(entry.request), response: hideText(entry.response) }
    case 'push':
      return { ...entry, body: hideText(entry.body) }
    case 'connection':
    case 'event':
    case 'fault':
    case 'heartbeat':
    case 'interaction':
    case 'press':
    case 'reaction':
    case 'refused-intents':
    case 'session':
    case 'switch':
    case 'typing':
      break
  }
  return entry
}
