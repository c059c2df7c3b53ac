import { parseAttachments } from './attachments.js'
import { cleanText } from './clean-text.js'
import { fields, type Fields, list, text, textOrNull } from './fields.js'
import type { Quote } from './message.js'

/** `message_type` of a message that quotes another (§4.2). */
const QUOTES = 103

/** An entry of `message_scene.ext`: `key=value`, split at the first `=` since values contain some (§4.2). */
export const sceneEntry = (payload: Fields, key: string): string | null => {
  const prefix = `${key}=`
  const entry = list(fields(payload.message_scene).ext).find((entry) => text(entry).startsWith(prefix))
  return entry === undefined ? null : textOrNull(text(entry).slice(prefix.length))
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
