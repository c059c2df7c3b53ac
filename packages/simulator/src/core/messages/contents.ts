import type { MessageFile } from '../kernel/log-entry.js'
import { type FileKind, kindOfType, typeOfBytes } from '../rules/file-types.js'
import type { Content, MessagesWorld, SaidAttachment } from './state.js'

/** Bytes of a base64 text. */
const sizeOfBase64 = (text: string): number =>
  Math.floor((text.length * 3) / 4) - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0)

const isTooLarge = (world: MessagesWorld): boolean =>
  world.contents.size > world.settings.memory || world.contentSize > world.settings.memorySize

/**
 * Keeps the bytes of a file, given as bytes or as base64 text. The oldest are dropped beyond the size that messages may
 * have together.
 */
export const keepContent = (world: MessagesWorld, data: Uint8Array | string): Content => {
  const isText = typeof data === 'string'
  world.contentsKept += 1
  const content: Content = {
    key: String(world.contentsKept),
    type: typeOfBytes(isText ? Buffer.from(data.slice(0, 24), 'base64') : data),
    size: isText ? sizeOfBase64(data) : data.length,
    data,
  }
  world.contents.set(content.key, content)
  world.contentSize += content.size
  for (const [key, { size }] of world.contents) {
    if (!isTooLarge(world)) break
    world.contents.delete(key)
    world.contentSize -= size
  }
  return content
}

/** The bytes of a kept file. */
export const bytesOf = ({ data }: Content): Uint8Array =>
  typeof data === 'string' ? Buffer.from(data, 'base64') : data

/** The path under which the object storage serves a kept file; its name is for people. */
export const contentPath = (key: string, name: string): string =>
  `/_cos/${key}${name === '' ? '' : `/${encodeURIComponent(name)}`}`

/** The `content_type` of an attachment (§4.2). */
const attachmentTypes: Readonly<Record<FileKind, (type: string | null) => string>> = {
  image: (type) => type ?? 'image/png',
  video: (type) => type ?? 'video/mp4',
  voice: () => 'voice',
  file: () => 'file',
}

/** Properties of a file that people send. */
export interface FileInit {
  readonly name: string
  /** Default: by the bytes. */
  readonly kind?: FileKind
  /** Size of a picture in px. */
  readonly width?: number
  readonly height?: number
}

/** Keeps a file, and returns it as an attachment of a person's message. The object storage serves it to bots. */
export const attach = (
  world: MessagesWorld,
  bytes: Uint8Array,
  { name, kind, width, height }: FileInit,
): SaidAttachment => {
  const content = keepContent(world, bytes)
  const shown = kind ?? kindOfType(content.type)
  const url = `${world.base.http}${contentPath(content.key, name)}`
  return {
    url,
    content_type: attachmentTypes[shown](content.type),
    filename: name,
    size: content.size,
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(shown === 'voice' && content.type === 'audio/wav' ? { voice_wav_url: url } : {}),
  }
}

/** Key of a kept file by its address. */
const CONTENT_ADDRESS = /\/_cos\/(\d+)(?:\/[^/?]*)?$/

/** Whether an address is that of a file of a simulator. */
export const isKeptAddress = (url: string): boolean => CONTENT_ADDRESS.test(url)

/** A file as messages show it. */
export const keptFile = (
  { key, type, size }: Content,
  {
    kind,
    name = '',
    url = null,
  }: { readonly kind?: FileKind; readonly name?: string; readonly url?: string | null },
): MessageFile => ({ kind: kind ?? kindOfType(type), name, type, size, url, content: key })

type Fields = Readonly<Record<string, unknown>>

const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const textOr = <Other>(value: unknown, other: Other): string | Other =>
  typeof value === 'string' && value !== '' ? value : other

/** The kind of an attachment by its `content_type`, without case and parameters (§4.2). */
export const kindOfAttachment = (type: string): FileKind => {
  const declared = type.toLowerCase().split(';')[0]?.trim() ?? ''
  if (declared === 'voice' || declared === 'video' || declared === 'image') return declared
  return kindOfType(declared)
}

const attachedFile = (world: MessagesWorld, attachment: Fields): MessageFile => {
  const url = textOr(attachment['url'], null)
  const type = textOr(attachment['content_type'], '')
  const content = world.contents.get(CONTENT_ADDRESS.exec(url ?? '')?.[1] ?? '')
  const size = attachment['size']
  return {
    kind: kindOfAttachment(type),
    name: textOr(attachment['filename'], ''),
    type: content?.type ?? (type.includes('/') ? type : null),
    size: typeof size === 'number' ? size : (content?.size ?? null),
    url,
    content: content?.key ?? null,
  }
}

/** The files of a message, from the request body of a bot or the payload of a person's message. */
export const filesOf = (world: MessagesWorld, body: unknown): readonly MessageFile[] => {
  if (!isRecord(body)) return []
  const { media, image, file_image: sent, attachments } = body
  const uploaded = isRecord(media) ? world.files.get(textOr(media['file_info'], ''))?.file : undefined
  const bytes = isRecord(sent) ? world.contents.get(textOr(sent['content'], '')) : undefined
  return [
    ...(uploaded ? [uploaded] : []),
    ...(typeof image === 'string' && image !== ''
      ? [{ kind: 'image', name: '', type: null, size: null, url: image, content: null } as const]
      : []),
    ...(bytes ? [keptFile(bytes, { kind: 'image' })] : []),
    ...(Array.isArray(attachments)
      ? attachments.filter(isRecord).map((attachment) => attachedFile(world, attachment))
      : []),
  ]
}
