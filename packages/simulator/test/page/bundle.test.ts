import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'

import { expect, it } from 'vitest'

import { buildPage } from '../support/build-page.js'

/** Largest size of all files of the page, compressed, in bytes. */
const LARGEST = 90 * 1024

it('SM-06 the page is at most 90 kB, and no file of it names another server to load from', async () => {
  const folder = await buildPage()
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => path.extname(file) !== '')
    .map((file) => readFileSync(path.join(folder, file)))
  expect(files.length).toBeGreaterThan(2)
  expect(files.reduce((sum, bytes) => sum + gzipSync(bytes).length, 0)).toBeLessThan(LARGEST)
  expect(
    files.filter((bytes) => /(?:src|href)="https?:|url\(["']?https?:|@import/.test(String(bytes))),
  ).toEqual([])
})
