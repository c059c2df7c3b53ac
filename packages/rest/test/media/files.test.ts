import { appendFileSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pathToFileURL } from 'node:url'

import { describe, expect, it, vi } from 'vitest'

import type { MediaSource } from '../../src/index.js'
import { onStage, png, reasonOf } from '../support/media-stage.js'
import { testFolder } from '../support/test-folder.js'

const { at, file, spooled, openFiles } = testFolder()

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
        await vi.waitFor(
          () => expect(sim.log.of('fault').filter(({ change }) => change === 'struck')).toHaveLength(2),
          20_000,
        )
        controller.abort('enough')
        expect(await hanging).toBe('enough')
        await vi.waitFor(() => {
          expect(openFiles()).toEqual([])
          expect(spooled()).toEqual([])
        }, 20_000)
        expect(clock.pending).toBe(0)
      },
      { rest: { media: { chunkAbove: 1000 } } },
    ),
  )

  it('RS-13 a hanging stream is closed without waiting', async () =>
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
