import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  truncateSync,
  writeFileSync,
  chmodSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pathToFileURL } from 'node:url'

import { afterAll, describe, expect, it, vi } from 'vitest'

import { MediaError, type MediaSource } from '../../src/index.js'
import { onStage, png, reasonOf } from './media-stage.js'

const folder = mkdtempSync(path.join(tmpdir(), 'qqkit-test-'))
/** A place for temporary files that nobody else uses. */
const spools = path.join(folder, 'spools')
mkdirSync(spools)
vi.stubEnv('TMPDIR', spools)
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

const at = (name: string): string => path.join(folder, name)
const file = (name: string, content: Uint8Array | string): string => {
  writeFileSync(at(name), content)
  return at(name)
}
const spooled = (): readonly string[] => readdirSync(spools)

/** Files of the tests that this process holds open. */
const openFiles = (): readonly string[] =>
  readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const name = readlinkSync(`/proc/self/fd/${fd}`)
      return name.startsWith(folder) ? [name] : []
    } catch {
      // The listing itself was one of them.
      return []
    }
  })

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

  it('a pipe that nobody writes to does not hold anyone up', async () => {
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

describe('a file that does not stay as it is', () => {
  const parts = { sim: { uploadBlockSize: 100_000 }, rest: { media: { chunkAbove: 1000 } } }

  it.each<[string, (name: string) => void]>([
    ['shrinks', (name) => truncateSync(name, 150_000)],
    ['grows', (name) => appendFileSync(name, 'more')],
    ['is written anew', (name) => writeFileSync(name, png(350_000))],
  ])('RS-16 and %s while it is sent is never merged', async (_what, change) =>
    onStage(async ({ rest, ann, sim }) => {
      const name = file('changing', png(350_000))
      const upload = rest.media.upload(ann, { path: name })
      for await (const { sent } of upload) {
        if (sent < 100_000) continue
        change(name)
        break
      }
      expect(await reasonOf(upload)).toMatchObject({ code: 'media_changed', path: 'source.path' })
      expect(sim.oracle.executed('c2c.files')).toBe(0)
    }, parts),
  )
})

describe('what is opened is closed', () => {
  it.each<[string, () => MediaSource]>([
    ['a file', () => ({ path: file('whole', png(5000)) })],
    ['a stream that went to the disk', () => ({ stream: Readable.from([png(5000), png(5000)]) })],
  ])('RS-16 %s, after a success, a failure, a hit and an abort', async (_what, source) =>
    onStage(
      async ({ rest, ann, sim, clock, settle }) => {
        await rest.media.upload(ann, source())
        await rest.media.upload(ann, source())
        sim.faults.add({
          on: 'call',
          match: { route: 'upload-prepare' },
          do: { kind: 'error', code: 40093002 },
        })
        await settle(reasonOf(rest.media.upload(ann, source(), { fresh: true })))
        sim.faults.add({ on: 'call', match: { route: 'storage.put' }, do: { kind: 'hang' } })
        const controller = new AbortController()
        const hanging = reasonOf(rest.media.upload(ann, source(), { fresh: true, signal: controller.signal }))
        await vi.waitFor(() =>
          expect(sim.log.of('fault').filter(({ change }) => change === 'struck')).toHaveLength(2),
        )
        controller.abort('enough')
        expect(await hanging).toBe('enough')
        await vi.waitFor(() => {
          expect(openFiles()).toEqual([])
          expect(spooled()).toEqual([])
        })
        expect(clock.pending).toBe(0)
      },
      { rest: { media: { chunkAbove: 1000 } } },
    ),
  )

  it('RS-13 a stream that hangs is told to stop, and not waited for', async () =>
    onStage(async ({ rest, ann, clock }) => {
      let stopped = 0
      const stream: AsyncIterable<Uint8Array> = {
        [Symbol.asyncIterator]: () => ({
          next: () => new Promise<never>(() => {}),
          return: () => {
            stopped += 1
            return new Promise<never>(() => {})
          },
        }),
      }
      const controller = new AbortController()
      const upload = reasonOf(rest.media.upload(ann, { stream }, { signal: controller.signal }))
      await clock.settle()
      controller.abort('enough')
      expect(await upload).toBe('enough')
      await clock.settle()
      expect(stopped).toBe(1)
    }))
})

it('RS-16 a file by path, by URL and by relative path is read from the disk and keeps its name', async () =>
  onStage(async ({ rest, ann, bodies }) => {
    mkdirSync(at('deep'))
    const name = file(path.join('deep', 'résumé.pdf'), '%PDF-1.7')
    for (const source of [name, pathToFileURL(name), path.relative(process.cwd(), name)])
      await rest.media.upload(ann, { path: source }, { fresh: true })
    await rest.media.upload(ann, pathToFileURL(name), { fresh: true })
    const expected = {
      file_type: 4,
      file_name: 'résumé.pdf',
      file_data: Buffer.from('%PDF-1.7').toString('base64'),
    }
    expect(bodies('c2c.files')).toEqual(
      Array.from({ length: 4 }, () => ({ ...expected, srv_send_msg: false })),
    )
  }))

it('RS-16 a stream longer than fits into memory goes over the disk, and arrives whole', async () =>
  onStage(
    async ({ rest, ann, sim }) => {
      const bytes = png(350_000)
      const chunks = Array.from({ length: 35 }, (_, index) =>
        bytes.subarray(index * 10_000, (index + 1) * 10_000),
      )
      const media = await rest.media.upload(ann, { stream: Readable.from(chunks) })
      // The platform compares what it got with the hashes that were announced.
      expect(sim.oracle.executed('c2c.files')).toBe(1)
      expect(media.type).toBe('image')
      expect(await rest.media.upload(ann, bytes)).toMatchObject({ cached: true })
      expect(spooled()).toEqual([])
    },
    { sim: { uploadBlockSize: 100_000 }, rest: { media: { chunkAbove: 1000 } } },
  ))
