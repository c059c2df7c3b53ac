import type { AttachmentKind } from './message.js'

/** `IMAGE/PNG; charset=binary` as `image/png`: compared without case, blanks and parameters (§4.2). */
const bare = (contentType: string): string => (contentType.split(';', 1)[0] ?? '').trim().toLowerCase()

/** By the part before the slash; `video` and `voice` come bare as well (§4.2). */
const KINDS: ReadonlyMap<string, AttachmentKind> = new Map([
  ['image', 'image'],
  ['video', 'video'],
  ['voice', 'voice'],
  ['audio', 'voice'],
])

/** Kinds of files by the end of their name, for those that come without a content type. */
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
 * What kind of thing an attachment is: the declared kind before the name, whatever the name says (§4.2). The docs list only
 * `url` for attachments in guilds, which are images unless a name tells otherwise (§4.6).
 */
export const kindOf = (contentType: string, name: string, guild: boolean): AttachmentKind => {
  const declared = bare(contentType)
  if (declared !== '') return KINDS.get(declared.split('/', 1)[0]?.trim() ?? '') ?? 'file'
  return kindOfName(name) ?? (guild ? 'image' : 'file')
}
