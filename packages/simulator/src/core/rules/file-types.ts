/** Kinds of files in messages. */
export type FileKind = 'image' | 'video' | 'voice' | 'file'

/** `file_type` of an upload. */
export const fileKinds: Readonly<Record<number, FileKind>> = { 1: 'image', 2: 'video', 3: 'voice', 4: 'file' }

/** The MIME type by the first bytes: at this offset stand these characters. */
const signatures: readonly (readonly [type: string, offset: number, start: string])[] = [
  ['image/png', 0, '\u0089PNG'],
  ['image/jpeg', 0, '\u00ff\u00d8\u00ff'],
  ['image/gif', 0, 'GIF8'],
  ['image/webp', 8, 'WEBP'],
  ['image/bmp', 0, 'BM'],
  ['video/mp4', 4, 'ftyp'],
  ['video/webm', 0, '\u001aE\u00df\u00a3'],
  ['audio/wav', 8, 'WAVE'],
  ['audio/ogg', 0, 'OggS'],
  ['audio/mpeg', 0, 'ID3'],
  ['audio/mpeg', 0, '\u00ff\u00fb'],
  // Voice of QQ, with or without its leading byte.
  ['audio/silk', 0, '#!SILK'],
  ['audio/silk', 1, '#!SILK'],
]

/** The MIME type of a file by its first bytes; `null` for any other file. */
export const typeOfBytes = (bytes: Uint8Array): string | null => {
  const head = String.fromCharCode(...bytes.subarray(0, 16))
  return signatures.find(([, offset, start]) => head.startsWith(start, offset))?.[0] ?? null
}

/** The kind of a file by its MIME type. */
export const kindOfType = (type: string | null): FileKind => {
  const family = type?.split('/')[0]
  return family === 'image' || family === 'video' ? family : family === 'audio' ? 'voice' : 'file'
}
