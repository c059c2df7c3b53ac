import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

import { startSimulator, type SocketSimulator } from '@qqkit/simulator'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'

import { bundleProgram } from '../../../simulator/test/support/bundle-program.js'
import { image, Rest } from '../../src/index.js'
import { png, reasonOf } from '../support/media-stage.js'

const MEGABYTE = 1_048_576
/** The largest file that the platform takes is a soak; a smaller one goes each time. */
const SIZE = (process.env['QQKIT_SOAK'] ? 200 : 40) * MEGABYTE
const folder = mkdtempSync(path.join(tmpdir(), 'qqkit-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let sim: SocketSimulator
let rest: Rest

const start = async (options: Parameters<typeof startSimulator>[0], more: object = {}): Promise<void> => {
  sim = await startSimulator({ limits: false, channelNeedsSession: false, ...options })
  const { appId, secret } = sim.credentials
  rest = new Rest({ appId, secret, baseUrl: sim.url, retry: { policy: { httpLadder: [1] } }, ...more })
}

const ann = () => ({ scene: 'c2c', id: sim.user('ann').id }) as const

afterEach(async () => {
  await rest.close()
  await sim.close()
})

describe.each([0, 1] as const)('over sockets, with parts that count from %i', (firstPartIndex) => {
  beforeEach(async () => {
    await start(
      { uploadBlockSize: MEGABYTE, firstPartIndex, uploads: { concurrency: 3 } },
      { media: { chunkAbove: MEGABYTE } },
    )
  })

  it('RS-17 a file goes in parts from the disk, and a message shows it', async () => {
    const name = path.join(folder, 'big.png')
    writeFileSync(name, png(5 * MEGABYTE + 17))
    expect(await rest.send(ann(), image({ path: name }))).toMatchObject({ kind: 'sent', steps: [] })
    expect(sim.oracle.executed('storage.put')).toBe(6)
  })

  it('RS-17 parts that break, fail and come cut are repeated alone', async () => {
    for (const [skip, fault] of [
      { kind: 'reset' },
      { kind: 'answer', status: 503 },
      { kind: 'reset', when: 'after' },
      { kind: 'answer', status: 400 },
    ].entries())
      sim.faults.add({ on: 'call', match: { route: 'storage.put' }, do: fault as never, skip })
    const media = await rest.media.upload(ann(), png(5 * MEGABYTE))
    expect(media.steps.map(({ kind }) => kind)).toEqual(['retry', 'retry', 'retry', 'retry'])
    expect(sim.oracle.executed('c2c.files')).toBe(1)
  })

  it('RS-13 an abort closes the connections, and the next upload resumes', async () => {
    const bytes = png(4 * MEGABYTE)
    sim.faults.add({ on: 'call', match: { route: 'storage.put' }, do: { kind: 'hang' }, skip: 2, times: 2 })
    const controller = new AbortController()
    const upload = rest.media.upload(ann(), bytes, { signal: controller.signal })
    const stopped = sim.subscribe((entry) => {
      if (entry.kind === 'fault' && entry.change === 'struck') controller.abort('enough')
    })
    expect(await reasonOf(upload)).toBe('enough')
    stopped()
    sim.faults.clear()
    expect(await rest.media.upload(ann(), bytes)).toMatchObject({ cached: false })
    expect(sim.oracle.executed('c2c.upload-prepare')).toBe(1)
  })
})

it(`RS-16 a file of ${SIZE / MEGABYTE} MiB by path keeps memory flat`, async () => {
  await start({ uploads: { concurrency: 4 }, logLimit: 100 })
  const name = path.join(folder, 'sparse.bin')
  writeFileSync(name, '')
  truncateSync(name, SIZE)
  const { appId, secret } = sim.credentials
  const script = await bundleProgram(new URL('../support/uploading-process.ts', import.meta.url), folder)
  const { stdout } = await promisify(execFile)(process.execPath, [
    script,
    sim.url,
    appId,
    secret,
    ann().id,
    name,
  ])
  const { extra, percents, type } = JSON.parse(stdout) as { extra: number; percents: number[]; type: string }
  expect(type).toBe('file')
  expect(extra).toBeLessThan(64 * MEGABYTE)
  expect(percents).toEqual([...new Set(percents)].toSorted((a, b) => a - b))
  expect(percents.at(-1)).toBe(100)
}, 120_000)
