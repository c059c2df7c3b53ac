import { describe, expect, it } from 'vitest'

import { parseAttachments } from '../../src/events/attachments.js'

const kindOf = (fields: object, guild = false): string | undefined =>
  parseAttachments([{ url: 'x.test/a', ...fields }], guild)[0]?.kind

describe('BT-16 the kind of an attachment', () => {
  it.each([
    ['image/jpeg', 'image'],
    ['IMAGE/PNG', 'image'],
    ['image/png; charset=binary', 'image'],
    [' Image / png ;charset="x"', 'image'],
    ['image', 'image'],
    ['video/mp4', 'video'],
    [' video ', 'video'],
    ['Video/MP4;codecs=avc1', 'video'],
    ['voice', 'voice'],
    ['Voice', 'voice'],
    ['AUDIO/AMR', 'voice'],
    ['file', 'file'],
    ['File ', 'file'],
    ['application/pdf', 'file'],
    ['imagery/png', 'file'],
    ['constructor', 'file'],
    ['__proto__', 'file'],
  ])('is read from %j without case, blanks and parameters: %s', (content_type, kind) => {
    for (const guild of [true, false])
      for (const filename of ['a.bin', 'a.png', undefined])
        expect(kindOf({ content_type, filename }, guild)).toBe(kind)
  })

  it('is the declared one, whatever the name says', () => {
    expect(kindOf({ content_type: 'file', filename: 'b.png' })).toBe('file')
    expect(kindOf({ content_type: 'file', filename: 'song.wav' })).toBe('file')
    expect(kindOf({ content_type: 'image/png', filename: 'a.mp4' })).toBe('image')
  })

  it.each([
    ['doc.pdf', 'file', 'file'],
    ['PICTURE.PNG', 'image', 'image'],
    ['a.b.jpeg ', 'image', 'image'],
    ['film.mov', 'video', 'video'],
    ['v.amr', 'voice', 'voice'],
    ['README', 'file', 'image'],
    ['', 'file', 'image'],
    [undefined, 'file', 'image'],
    [null, 'file', 'image'],
    [7, 'file', 'image'],
    ['a.constructor', 'file', 'file'],
  ])('without a content type follows the name %j: %s, in guilds %s', (filename, kind, inGuild) => {
    for (const content_type of [undefined, null, '', '  ', ';charset=x', 7]) {
      expect(kindOf({ filename, content_type })).toBe(kind)
      expect(kindOf({ filename, content_type }, true)).toBe(inGuild)
    }
  })

  it('comes with the content type as it was declared', () => {
    expect(parseAttachments([{ url: 'x.test/a', content_type: 'IMAGE/PNG; a=b' }], false)).toMatchObject([
      { contentType: 'IMAGE/PNG; a=b', url: 'https://x.test/a' },
    ])
    expect(parseAttachments([{ url: 'x.test/a' }], true)).toMatchObject([{ contentType: '', kind: 'image' }])
  })

  it.each([
    ['gchat.qpic.cn/a', 'https://gchat.qpic.cn/a'],
    ['gchat.qpic.cn:443/a', 'https://gchat.qpic.cn:443/a'],
    ['//gchat.qpic.cn/a?b=http://c.test', 'https://gchat.qpic.cn/a?b=http://c.test'],
    ['gchat.qpic.cn/a?b=c:d', 'https://gchat.qpic.cn/a?b=c:d'],
    [' https://x.test/a\n', 'https://x.test/a'],
    ['HTTP://x.test/a', 'HTTP://x.test/a'],
    ['data:image/png;base64,AA', 'data:image/png;base64,AA'],
  ])('has the address %j as %j', (url, whole) => {
    const [attachment] = parseAttachments([{ url, voice_wav_url: url }], true)
    expect([attachment?.url, attachment?.wavUrl]).toEqual([whole, whole])
  })

  it.each(['', ' ', null, undefined, {}])('without an address (%j) is left out', (url) => {
    expect(parseAttachments([{ url }, { url: 'x.test/a' }], false)).toMatchObject([
      { url: 'https://x.test/a' },
    ])
  })

  it.each([null, {}, 'x', 7, [null], [{}], [{ url: 7 }], [[]]])('of %j is none', (value) => {
    expect(parseAttachments(value, false)).toEqual([])
  })
})
