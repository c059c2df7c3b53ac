import { parseAttachments } from './attachments.js'
import { cleanText } from './clean-text.js'
import { fields, type Fields, list, text, textOrNull } from './fields.js'
import type { Quote } from './message.js'

/** `message_type` of a message that quotes another (§4.2). */
const QUOTES = 103

/** The first entry of `message_scene.ext` that begins with a prefix, whole. */
export const sceneText = (payload: Fields, prefix: string): string | null => {
  const ext = list(fields(payload.message_scene).ext)
  for (let at = 0; at < ext.length; at += 1) {
    const entry = text(ext[at])
    if (entry.startsWith(prefix)) return entry
  }
  return null
}

/** The value of an entry of `message_scene.ext`: `key=value`, split at the first `=` since values contain some (§4.2). */
export const sceneEntry = (payload: Fields, key: string): string | null => {
  const entry = sceneText(payload, `${key}=`)
  return entry === null ? null : textOrNull(entry.slice(key.length + 1))
}

/** The quoted message of a C2C or group message, `msg_elements[0]` (§4.2). */
export const parseQuote = (payload: Fields): Quote | null => {
  const index = sceneEntry(payload, 'ref_msg_idx')
  if (payload.message_type !== QUOTES && index === null) return null
  const quoted = fields(list(payload.msg_elements)[0])
  return {
    id: textOrNull(quoted.msg_idx) ?? index,
    text: typeof quoted.content === 'string' ? cleanText(quoted.content, { escaped: false }) : null,
    attachments: parseAttachments(quoted.attachments, false),
  }
}

/** The quoted message of a guild message: the platform sends only its id (§4.6). */
export const parseGuildQuote = (payload: Fields): Quote | null => {
  const id = textOrNull(fields(payload.message_reference).message_id)
  return id === null ? null : { id, text: null, attachments: [] }
}
