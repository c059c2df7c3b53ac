// Packs every published package once and looks at the tarballs as their users would: publint and are-the-types-wrong
// judge them, plain npm installs them into an empty project outside the repository, and an ES module, CommonJS and
// TypeScript use them. With names, `check-packages.mjs @qqkit/rest`, those alone, and without the empty project, whose
// packages need each other.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'

import { lintTarball } from './packages/lint-tarball.mjs'
import { pack, publishedIn } from './packages/pack.mjs'
import { install, use } from './packages/use-tarballs.mjs'

const root = path.dirname(import.meta.dirname)
const names = process.argv.slice(2)
const all = publishedIn(root)
const packages = all.filter(({ name }) => names.length === 0 || names.includes(name))
const unknown = names.filter((name) => !all.some((published) => published.name === name))
if (unknown.length > 0) throw new Error(`no published package is called ${unknown.join(' or ')}`)

const folder = mkdtempSync(path.join(tmpdir(), 'qqkit-packages-'))
const tarballs = path.join(folder, 'tarballs')
const project = path.join(folder, 'consumer')

/** What an empty project holds against the packages. @returns {Promise<string[]>} */
const usage = async () => {
  if (names.length > 0) return []
  try {
    await install(
      project,
      packages.map(({ file }) => path.join(tarballs, file)),
      root,
    )
    return await use(project, packages, root)
  } catch (error) {
    return [String(error)]
  }
}

const lint = async () => {
  /** @type {string[]} */
  const faults = []
  for (const { name, file } of packages) {
    const found = await lintTarball(new Uint8Array(readFileSync(path.join(tarballs, file))))
    faults.push(...found.map((fault) => `${name}: ${fault}`))
  }
  return faults
}

try {
  mkdirSync(tarballs)
  await pack(root, packages, tarballs)
  // npm is started first: it mostly waits for the registry and the disk.
  const faults = (await Promise.all([usage(), lint()])).flat()
  for (const fault of faults) console.error(fault)
  if (faults.length > 0) process.exitCode = 1
  else {
    const what = names.length > 0 ? 'Well packed' : 'Well packed, and at work from their tarballs'
    console.log(`${what}: ${packages.flatMap((one) => one.specifiers).join(', ')}`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
