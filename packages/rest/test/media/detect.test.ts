import { describe, expect, it } from 'vitest'

import { chooseType, chooseUrlType, detectFormat, formats } from '../../src/media/detect.js'
import { reasonOf } from '../support/media-stage.js'

const bytes = (text: string): Buffer => Buffer.from(text.padEnd(64, '\x01'), 'latin1')

/** First bytes of real files, written from the formats' own documents and not from our table. */
const SAMPLES: readonly (readonly [string, string, string])[] = [
  ['png', 'image', '\x89PNG\r\n\x1A\n\0\0\0\rIHDR'],
  ['jpg', 'image', '\xFF\xD8\xFF\xE0\0\x10JFIF\0'],
  ['jpg', 'image', '\xFF\xD8\xFF\xE1\0\x10Exif\0'],
  ['gif', 'image', 'GIF89a\x01\0\x01\0'],
  ['gif', 'image', 'GIF87a\x01\0\x01\0'],
  ['webp', 'image', 'RIFF\x24\0\0\0WEBPVP8 '],
  ['bmp', 'image', 'BM\x36\x0C\0\0\0\0\0\0\x36\0\0\0'],
  ['mp4', 'video', '\0\0\0\x20ftypisom\0\0\x02\0isomiso2'],
  ['mp4', 'video', '\0\0\0\x18ftypmp42\0\0\0\0'],
  ['mp4', 'video', '\0\0\0\x1CftypM4V \0\0\0\x01'],
  ['mov', 'file', '\0\0\0\x14ftypqt  \0\0\0\0'],
  ['m4a', 'file', '\0\0\0\x1CftypM4A \0\0\0\0'],
  ['heic', 'file', '\0\0\0\x18ftypheic\0\0\0\0'],
  ['avif', 'file', '\0\0\0\x1Cftypavif\0\0\0\0'],
  ['3gp', 'file', '\0\0\0\x18ftyp3gp4\0\0\0\0'],
  ['silk', 'voice', '#!SILK_V3\x0C\0'],
  ['silk', 'voice', '\x02#!SILK_V3\x0C\0'],
  ['wav', 'voice', 'RIFF\x24\x08\0\0WAVEfmt '],
  ['mp3', 'voice', 'ID3\x03\0\0\0\0\0\x21'],
  ['mp3', 'voice', '\xFF\xFB\x90\x64\0'],
  ['ogg', 'voice', 'OggS\0\x02\0\0'],
  ['amr', 'file', '#!AMR\n\x3C'],
  ['aac', 'file', '\xFF\xF1\x50\x80'],
  ['flac', 'file', 'fLaC\0\0\0\x22'],
  ['avi', 'file', 'RIFF\x24\0\0\0AVI LIST'],
  ['webm', 'file', '\x1AE\xDF\xA3\x01\0\0'],
  ['pdf', 'file', '%PDF-1.7\n'],
  ['zip', 'file', 'PK\x03\x04\x14\0'],
  ['elf', 'file', '\x7FELF\x02\x01\x01\0'],
]

it.each(SAMPLES)('RS-16 a file that begins like %s is sent as %s', (name, type, start) => {
  const format = detectFormat(bytes(start))
  expect(format?.name).toBe(name)
  expect(chooseType(undefined, format)).toBe(type)
})

it.each([
  'hello',
  '{"a":1}\r\n',
  '<!doctype html><title>Not found</title>',
  '你好，世界',
  'BM is no picture',
])('RS-16 %j is text', (text) => expect(detectFormat(Buffer.from(text))?.name).toBe('txt'))

it.each([
  Buffer.from([0, 1, 2, 3]),
  Buffer.from('BM\x01\x02'),
  Buffer.from('\0\0\0\x18ftypzzzz', 'latin1'),
  Buffer.from([0xff]),
])('RS-16 %j is nothing that the table knows, and a plain file', (head) => {
  expect(detectFormat(head)).toBeNull()
  expect(chooseType(undefined, null)).toBe('file')
})

it('RS-16 a character cut at the end of the head does not make the file binary', () => {
  const text = Buffer.from('字'.repeat(300))
  expect(detectFormat(text.subarray(0, 511))?.name).toBe('txt')
})

it('RS-16 each row of the table can be reached', () => {
  for (const { name, marks } of formats) {
    const head = Buffer.alloc(64, 1)
    for (const [offset, mark] of marks) head.write(mark, offset, 'latin1')
    expect(detectFormat(head)?.name).toBe(name)
  }
})

describe('a type that was given', () => {
  it('RS-16 takes precedence over an ambiguous format', () => {
    expect(chooseType('file', detectFormat(bytes('\xFF\xD8\xFF')))).toBe('file')
    expect(chooseType('voice', null)).toBe('voice')
  })

  it.each([
    ['image', '\0\0\0\x20ftypisom', 'mp4'],
    ['video', '\0\0\0\x14ftypqt  ', 'mov'],
    ['voice', '#!AMR\n', 'amr'],
    ['image', '<html>', 'txt'],
  ] as const)(
    'RS-16 is refused as %s for content that is known to be something else',
    async (type, start, name) => {
      const head = name === 'txt' ? Buffer.from(start) : bytes(start)
      const error = await reasonOf((async () => chooseType(type, detectFormat(head)))())
      expect(error).toMatchObject({
        code: 'media_type',
        path: 'type',
        message: expect.stringContaining(name),
      })
    },
  )
})

it('RS-16 an address without an ending needs a type', async () => {
  const url = new URL('https://example.test/picture?id=5')
  expect(chooseUrlType('image', url)).toBe('image')
  expect(await reasonOf((async () => chooseUrlType(undefined, url))())).toMatchObject({ code: 'media_type' })
})
