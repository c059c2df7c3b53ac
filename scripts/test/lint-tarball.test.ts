import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { afterEach, beforeEach, expect, it } from 'vitest'

import { lintTarball } from '../packages/lint-tarball.mjs'

let folder: string

const GOOD: Readonly<Record<string, string>> = {
  'index.js': 'export const one = 1\n',
  'index.d.ts': 'export declare const one: number\n',
  'index.cjs': 'exports.one = 1\n',
  'index.d.cts': 'export declare const one: number\n',
}

const MANIFEST = {
  name: 'packed',
  version: '1.0.0',
  license: 'MIT',
  type: 'module',
  exports: {
    import: { types: './index.d.ts', default: './index.js' },
    require: { types: './index.d.cts', default: './index.cjs' },
  },
}

const packed = (files: Readonly<Record<string, string>>, manifest: object = MANIFEST) => {
  const all = { ...files, 'package.json': JSON.stringify(manifest) }
  for (const [name, text] of Object.entries(all)) writeFileSync(path.join(folder, 'package', name), text)
  execFileSync('tar', ['-czf', 'packed.tgz', 'package'], { cwd: folder })
  return new Uint8Array(readFileSync(path.join(folder, 'packed.tgz')))
}

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'packed-'))
  mkdirSync(path.join(folder, 'package'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

it('has nothing against a package that is whole', async () => {
  expect(await lintTarball(packed(GOOD))).toEqual([])
})

it('names a file that the manifest promises and the tarball does not hold', async () => {
  const { 'index.cjs': _, ...rest } = GOOD
  expect(await lintTarball(packed(rest))).toContainEqual(
    expect.stringMatching(/^publint: error: .*index\.cjs.* does not exist/),
  )
})

it('names a module system whose types lie elsewhere', async () => {
  const exports = { ...MANIFEST.exports, require: { types: './index.d.ts', default: './index.cjs' } }
  expect(await lintTarball(packed(GOOD, { ...MANIFEST, exports }))).toContainEqual(
    expect.stringMatching(/^types: Types are ESM, but implementation is CJS: .*index\.d\.ts/),
  )
})

it('names the import of a declaration that leads nowhere', async () => {
  const files = { ...GOOD, 'index.d.ts': "export { one } from './gone.js'\n" }
  expect(await lintTarball(packed(files))).toContainEqual(
    expect.stringMatching(/^types: Internal resolution error: '\.\/gone\.js' in /),
  )
})

it('asks for types', async () => {
  const { 'index.d.ts': _a, 'index.d.cts': _b, ...rest } = GOOD
  const exports = { import: './index.js', require: './index.cjs' }
  expect(await lintTarball(packed(rest, { ...MANIFEST, exports }))).toContain('types: there are none')
})

it('names a file that points at a source map', async () => {
  const files = { ...GOOD, 'index.js': 'export const one = 1\n//# sourceMappingURL=index.js.map\n' }
  expect(await lintTarball(packed(files))).toEqual([expect.stringMatching(/^maps: \S+\/index\.js points at/)])
})

it('names a comment of a declaration with a section that is no link', async () => {
  const declaration = (comment: string) => `/** ${comment} */\nexport declare const one: '\u{A7}5.4'\n`
  const linked = declaration('Sends ({@link https://example.test/05.md#5-4 \u{A7}5.4}).')
  const bare = declaration('Sends ({@link https://example.test/05.md#5-4 \u{A7}5.4}, \u{A7}5.4.1).')
  expect(await lintTarball(packed({ ...GOOD, 'index.d.ts': linked }))).toEqual([])
  expect(await lintTarball(packed({ ...GOOD, 'index.d.cts': bare }))).toEqual([
    expect.stringMatching(/^comments: \S+\/index\.d\.cts shows users \u{A7}5\.4\.1 without its page: /u),
  ])
})
