// Packs every published package once and checks the tarballs as users get them: with publint and are-the-types-wrong,
// and by an installation with plain npm into an empty project outside the repository, which an ES module, CommonJS and
// TypeScript use. With names, `check-packages.mjs @qqkit/rest`, only those, and without the empty project, whose
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

/** Faults of the packages in an empty project. @returns {Promise<string[]>} */
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
  // npm starts first, since it mostly waits for the registry and the disk.
  const faults = (await Promise.all([usage(), lint()])).flat()
  for (const fault of faults) console.error(fault)
  if (faults.length > 0) process.exitCode = 1
  else {
    const what = names.length > 0 ? 'Well packed' : 'Well packed, and at work from their tarballs'
    console.log(
      `${what}: ${packages.flatMap((one) => (one.specifiers.length > 0 ? one.specifiers : [one.name])).join(', ')}`,
    )
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
