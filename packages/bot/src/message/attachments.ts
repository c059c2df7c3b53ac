import { fields, listOf, numberOrNull, text, textOrNull } from './fields.js'
import type { Attachment, AttachmentKind } from './message.js'

/** Guild addresses come as `gchat.qpic.cn/…`, without a scheme (§8). */
const withScheme = (url: string): string => {
  if (url === '' || /^[a-z][a-z0-9+.-]*:/i.test(url)) return url
  return `https://${url.replace(/^\/+/, '')}`
}

/** `image/png`, `video/mp4`, bare `video`, `voice`, `file` (§4.2). */
const kindOf = (contentType: string): AttachmentKind => {
  const kind = contentType.split('/', 1)[0]
  if (kind === 'image' || kind === 'video' || kind === 'voice') return kind
  return kind === 'audio' ? 'voice' : 'file'
}

const parseAttachment = (value: unknown): Attachment => {
  const attachment = fields(value)
  const url = withScheme(text(attachment.url))
  // The docs list only `url` for guild attachments, which are images (§4.6).
  const contentType = text(attachment.content_type) || 'image/*'
  const wavUrl = withScheme(text(attachment.voice_wav_url))
  return {
    kind: kindOf(contentType),
    url,
    contentType,
    name: textOrNull(attachment.filename),
    size: numberOrNull(attachment.size),
    width: numberOrNull(attachment.width),
    height: numberOrNull(attachment.height),
    wavUrl: wavUrl === '' ? null : wavUrl,
    transcript: textOrNull(attachment.asr_refer_text),
  }
}

/** The attachments of a payload; those without an address are left out. */
export const parseAttachments = (value: unknown): readonly Attachment[] => {
  const attachments = listOf(value, parseAttachment)
  return attachments.every(({ url }) => url !== '')
    ? attachments
    : attachments.filter(({ url }) => url !== '')
}
