import { fields, listOf, numberOrNull, text, textOrNull } from './fields.js'
import type { Attachment, AttachmentKind } from './message.js'

/** Guild addresses come as `gchat.qpic.cn/…`, without a scheme (§8). */
const withScheme = (given: string): string => {
  const url = given.trim()
  // What precedes a colon alone may be a host before its port.
  if (url === '' || /^(?:[a-z][a-z0-9+.-]*:\/\/|data:)/i.test(url)) return url
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
 * The attachments of a payload; those without a URL are left out.
 *
 * @param guild whether it is a message of a guild
 */
export const parseAttachments = (value: unknown, guild: boolean): readonly Attachment[] => {
  const attachments = listOf(value, (entry) => parseAttachment(entry, guild))
  return attachments.every(({ url }) => url !== '')
    ? attachments
    : attachments.filter(({ url }) => url !== '')
}

/** `IMAGE/PNG; charset=binary` as `image/png`: compared without case, blanks and parameters (§4.2). */
const bare = (contentType: string): string => (contentType.split(';', 1)[0] ?? '').trim().toLowerCase()

/** By the part before the slash; `video` and `voice` come bare as well (§4.2). */
const KINDS: ReadonlyMap<string, AttachmentKind> = new Map([
  ['image', 'image'],
  ['video', 'video'],
  ['voice', 'voice'],
  ['audio', 'voice'],
])

/** Kinds of files by their extension, for files without a content type. */
const KIND_OF_EXTENSION: ReadonlyMap<string, AttachmentKind> = new Map(
  Object.entries({
    image: ['jpg', 'jpeg', 'png', 'gif', 'webp', 'bmp', 'heic'],
    video: ['mp4', 'mov', 'webm', 'mkv', 'avi'],
    voice: ['silk', 'slk', 'amr', 'wav', 'mp3', 'ogg', 'm4a'],
  }).flatMap(([kind, ends]) => ends.map((end) => [end, kind as AttachmentKind] as const)),
)

const kindOfName = (name: string): AttachmentKind | null => {
  const end = /\.([0-9a-z]+)\s*$/i.exec(name)?.[1]
  return end === undefined ? null : (KIND_OF_EXTENSION.get(end.toLowerCase()) ?? 'file')
}

/**
 * The kind of an attachment: the declared content type comes before the name (§4.2). Attachments in guilds are documented with
 * `url` only: they are images unless their name tells otherwise (§4.6).
 */
const kindOf = (contentType: string, name: string, guild: boolean): AttachmentKind => {
  const declared = bare(contentType)
  if (declared !== '') return KINDS.get(declared.split('/', 1)[0]?.trim() ?? '') ?? 'file'
  return kindOfName(name) ?? (guild ? 'image' : 'file')
}
