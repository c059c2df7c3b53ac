import { expect, expectTypeOf, it } from 'vitest'

import {
  embed,
  image,
  media,
  video,
  type Media,
  type MessageFor,
  type WireMessage,
  type Rest,
  type Target,
  type Uploading,
  type UploadProgress,
} from '../../src/index.js'
import type { FileInfo } from '../../src/media/media.js'

const user = { scene: 'c2c', id: 'u' } as const
const group = { scene: 'group', id: 'g' } as const
const channel = { scene: 'channel', id: 'c' } as const

it('RS-16 what was uploaded to a user cannot be sent to a group, and the other way round', () => {
  const send = (rest: Rest, mine: Media<'c2c'>, ours: Media<'group'>): void => {
    void rest.send(user, image(mine))
    void rest.send(group, image(ours))
    void rest.send(user, { content: 'x', media: { file_info: mine.fileInfo } })
    void rest.send(user, { media: { file_info: 'a plain text' } })
    void rest.send(user, media('a plain text'))
    // @ts-expect-error uploaded to a user
    void rest.send(group, image(mine))
    // @ts-expect-error uploaded to a group
    void rest.send(user, media(ours))
    // @ts-expect-error uploaded to a user
    void rest.send(group, { media: { file_info: mine.fileInfo } })
    // @ts-expect-error uploaded to a user
    void rest.send(channel, image(mine))
  }
  expect(send).toBeTypeOf('function')
})

it('RS-16 uploads are typed by their scene, and guild scenes have none', () => {
  const upload = (rest: Rest, either: Target<'c2c' | 'group'>, any: Target): void => {
    expectTypeOf(rest.media.upload(user, 'https://a.b/c.png')).toEqualTypeOf<Uploading<'c2c'>>()
    expectTypeOf(rest.media.upload(group, { path: 'a' })).resolves.toEqualTypeOf<Media<'group'>>()
    expectTypeOf(rest.media.upload(either, { path: 'a' })).resolves.toEqualTypeOf<Media<'c2c' | 'group'>>()
    // @ts-expect-error guild scenes take images with the message
    void rest.media.upload(channel, { path: 'a' })
    // @ts-expect-error could be a guild scene
    void rest.media.upload(any, { path: 'a' })
    // @ts-expect-error no such type
    void rest.media.upload(user, { path: 'a' }, { type: 'picture' })
    // @ts-expect-error no such source
    void rest.media.upload(user, { file: 'a' })
  }
  expect(upload).toBeTypeOf('function')
  expectTypeOf<FileInfo<'c2c'>>().toExtend<string>()
  expectTypeOf<string>().toExtend<FileInfo<'c2c'>>()
  expectTypeOf<FileInfo<'c2c'>>().not.toExtend<FileInfo<'group'>>()
  expectTypeOf<Uploading extends AsyncIterable<UploadProgress> ? true : false>().toEqualTypeOf<true>()
})

it('RS-16 scenes take their own fields only, where the compiler knows the scene', () => {
  const send = (rest: Rest, any: Target, whatever: WireMessage): void => {
    void rest.send(channel, embed({ title: 'x' }))
    void rest.send(channel, { image: 'https://a.b/c.png' })
    void rest.send(any, whatever)
    void rest.send(any, { embed: { title: 'x' } })
    void rest.send(user, { content: 'x', is_wakeup: true })
    // @ts-expect-error embeds exist in guild scenes
    void rest.send(user, embed({ title: 'x' }))
    // @ts-expect-error embeds exist in guild scenes
    void rest.send(group, { content: 'x', ...embed({ title: 'x' }) })
    // @ts-expect-error streams exist in private chats
    void rest.send(group, { content: 'x', stream: { state: 1, index: 0 } })
    // @ts-expect-error so do wake-up messages
    void rest.send(channel, { content: 'x', is_wakeup: true })
    // @ts-expect-error guild scenes take no media
    void rest.send(channel, { media: { file_info: 'x' } })
    // @ts-expect-error guild scenes take images only
    void rest.send(channel, video('https://a.b/c.mp4'))
    void rest.send(channel, image('https://a.b/c.png'))
    void rest.send(user, video('https://a.b/c.mp4'))
  }
  expect(send).toBeTypeOf('function')
  expectTypeOf<MessageFor<'c2c' | 'channel'>>().toEqualTypeOf<WireMessage>()
})
