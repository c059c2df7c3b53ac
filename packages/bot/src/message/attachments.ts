import { kindOf } from './content-type.js'
import { fields, listOf, numberOrNull, text, textOrNull } from './fields.js'
import type { Attachment } from './message.js'

/** Guild addresses come as `gchat.qpic.cn/…`, without a scheme (§8). */
const withScheme = (url: string): string => {
  if (url === '' || /^[a-z][a-z0-9+.-]*:/i.test(url)) return url
  return `https://${url.replace(/^\/+/, '')}`
}

const parseAttachment = (value: unknown, guild: boolean): Attachment => {
  const attachment = fields(value)
  const contentType = text(attachment.content_type)
  const wavUrl = withScheme(text(attachment.voice_wav_url))
  return {
    kind: kindOf(contentType, text(attachment.filename), guild),
    url: withScheme(text(attachment.url)),
    contentType,
    name: textOrNull(attachment.filename),
    size: numberOrNull(attachment.size),
    width: numberOrNull(attachment.width),
    height: numberOrNull(attachment.height),
    wavUrl: wavUrl === '' ? null : wavUrl,
    transcript: textOrNull(attachment.asr_refer_text),
  }
}

/**
 * The attachments of a payload; those without an address are left out.
 *
 * @param guild whether it is a message of a guild
 */
export const parseAttachments = (value: unknown, guild: boolean): readonly Attachment[] => {
  const attachments = listOf(value, (entry) => parseAttachment(entry, guild))
  return attachments.every(({ url }) => url !== '')
    ? attachments
    : attachments.filter(({ url }) => url !== '')
}
