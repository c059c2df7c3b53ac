import { execFileSync } from 'node:child_process'
import { chmodSync, truncateSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pathToFileURL } from 'node:url'

import { describe, expect, it } from 'vitest'

import { MediaError, type MediaSource } from '../../src/index.js'
import { onStage, png, reasonOf } from '../support/media-stage.js'
import { testFolder } from '../support/test-folder.js'

const { path: folder, at, file, spooled } = testFolder()

/** The error of an upload that must not make a single request, with what both languages say about it. */
const refused = async (source: MediaSource, options: object = {}): Promise<MediaError> => {
  let error: unknown
  await onStage(async ({ rest, ann, sim, settle }) => {
    error = await settle(reasonOf(rest.media.upload(ann, source, options)))
    expect(sim.log.of('call')).toEqual([])
  })
  if (!MediaError.is(error)) throw new Error(`expected a MediaError, got ${String(error)}`)
  expect(error.advice?.en).toMatch(/\w/)
  expect(error.advice?.zh).toMatch(/\p{Script=Han}/u)
  expect(error.delivered).toBe('no')
  return error
}

async function* failing(): AsyncGenerator<Uint8Array> {
  yield png(50)
  throw new Error('the microphone is gone')
}

async function* endless(): AsyncGenerator<Uint8Array> {
  const chunk = Buffer.alloc(8 * 1_048_576, 7)
  for (;;) yield chunk
}

describe('RS-16 before any request', () => {
  it.each<[string, () => unknown, string, string]>([
    ['nothing', () => undefined, 'media_source', 'source'],
    ['null', () => null, 'media_source', 'source'],
    ['a number', () => 7, 'media_source', 'source'],
    ['an empty object', () => ({}), 'media_source', 'source'],
    ['two sources at once', () => ({ path: 'a', url: 'https://b.test' }), 'media_source', 'source'],
    ['a path that is no text', () => ({ path: 7 }), 'media_source', 'source.path'],
    ['a path with a NUL', () => ({ path: 'a\0b' }), 'media_source', 'source.path'],
    ['text as data', () => ({ data: 'abc' }), 'media_source', 'source.data'],
    ['a stream that is none', () => ({ stream: {} }), 'media_source', 'source.stream'],
    ['a size that is none', () => ({ stream: failing(), size: -1 }), 'media_source', 'source.size'],
    ['a name that is none', () => ({ data: png(20), name: 7 }), 'media_source', 'source.name'],
    ['empty bytes', () => new Uint8Array(), 'media_empty', 'source.data'],
    ['an empty file', () => ({ path: file('empty', '') }), 'media_empty', 'source.path'],
    ['an empty stream', () => ({ stream: Readable.from([]) }), 'media_empty', 'source.stream'],
    ['a stream said to be empty', () => ({ stream: failing(), size: 0 }), 'media_empty', 'source.stream'],
    ['a missing file', () => ({ path: at('nowhere') }), 'media_not_found', 'source.path'],
    ['a missing file by URL', () => pathToFileURL(at('nowhere')), 'media_not_found', 'source.path'],
    ['a path through a file', () => ({ path: `${file('plain', 'x')}/a` }), 'media_not_found', 'source.path'],
    ['a directory', () => ({ path: folder }), 'media_not_a_file', 'source.path'],
    ['a device', () => ({ path: '/dev/zero' }), 'media_not_a_file', 'source.path'],
    ['a stream that fails', () => ({ stream: failing() }), 'media_stream', 'source.stream'],
    ['a stream of texts', () => ({ stream: Readable.from(['text']) }), 'media_stream', 'source.stream'],
    [
      'a stream that is too short',
      () => ({ stream: Readable.from([png(50)]), size: 51 }),
      'media_stream',
      'source.stream',
    ],
    [
      'a stream that is too long',
      () => ({ stream: Readable.from([png(50)]), size: 49 }),
      'media_stream',
      'source.stream',
    ],
    [
      'a stream said to be huge',
      () => ({ stream: failing(), size: 209_715_201 }),
      'media_too_large',
      'source.stream',
    ],
    ['no address', () => 'cat.png', 'media_url', 'source.url'],
    ['an address of another kind', () => 'ftp://example.test/a.png', 'media_url', 'source.url'],
    ['a data: address', () => 'data:image/png;base64,AAAA', 'media_url', 'source.url'],
    ['a file: address as a text', () => 'file:///etc/passwd', 'media_url', 'source.url'],
    [
      'an address with credentials',
      () => ({ url: 'https://u:hunter2@example.test/a.png' }),
      'media_url',
      'source.url',
    ],
    [
      'an address in a private network',
      () => ({ url: 'https://10.0.0.7/a.png' }),
      'media_private_address',
      'source.url',
    ],
    [
      'an address of this machine',
      () => 'http://localhost:8080/a.png',
      'media_private_address',
      'source.url',
    ],
    ['an endless address', () => `https://example.test/${'a'.repeat(9000)}.png`, 'media_url', 'source.url'],
  ])('%s', async (_what, source, code, where) => {
    const error = await refused(source() as MediaSource)
    expect(error).toMatchObject({ code, path: where })
    expect(String(error)).not.toContain('hunter2')
    expect(spooled()).toEqual([])
  })

  it('a wrong type, by name and by content', async () => {
    expect(await refused(png(20), { type: 'picture' })).toMatchObject({ code: 'media_type', path: 'type' })
    expect(await refused(png(20), { type: 'voice' })).toMatchObject({ code: 'media_type', path: 'type' })
    expect(await refused({ path: file('page', '<html>') }, { type: 'image' })).toMatchObject({
      code: 'media_type',
    })
  })

  it('a file that is too large', async () => {
    truncateSync(file('huge', ''), 209_715_201)
    expect(await refused({ path: at('huge') })).toMatchObject({ code: 'media_too_large', limit: 209_715_200 })
  })

  it('a stream that does not end stops at the limit and leaves no file behind', async () => {
    expect(await refused({ stream: endless() })).toMatchObject({
      code: 'media_too_large',
      limit: 209_715_200,
    })
    expect(spooled()).toEqual([])
  })

  it('a pipe without a writer does not block the upload', async () => {
    execFileSync('mkfifo', [at('pipe')])
    expect(await refused({ path: at('pipe') })).toMatchObject({
      code: 'media_not_a_file',
      message: expect.stringContaining('pipe'),
    })
  })

  it('a file that may not be read', async () => {
    chmodSync(file('locked', 'x'), 0)
    // Nothing is locked to root.
    const root = process.geteuid?.() === 0
    if (root) process.seteuid?.(65_534)
    try {
      expect(await refused({ path: at('locked') })).toMatchObject({ code: 'media_unreadable' })
    } finally {
      if (root) process.seteuid?.(0)
    }
  })

  it('a guild channel or DM as target', async () =>
    onStage(async ({ rest, sim }) => {
      for (const scene of ['channel', 'dm', 'moon', undefined]) {
        const target = { scene, id: '1' } as unknown as { scene: 'c2c'; id: string }
        expect(await reasonOf(rest.media.upload(target, png(20)))).toMatchObject({
          code: 'media_scene',
          path: 'target.scene',
        })
      }
      expect(sim.log.of('call')).toEqual([])
    }))

  it('a target without an id, and a wrong timeout', async () =>
    onStage(async ({ rest, ann, sim }) => {
      expect(await reasonOf(rest.media.upload({ scene: 'c2c', id: '' }, png(20)))).toMatchObject({
        path: 'target.id',
      })
      expect(await reasonOf(rest.media.upload(ann, png(20), { timeout: Number.NaN }))).toMatchObject({
        path: 'timeout',
      })
      expect(sim.log.of('call')).toEqual([])
    }))
})
