// Makes the packages as the next release will have them, in a folder of its own: with versions and changelogs.
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

import { pack, publishedIn } from './pack.mjs'
import { startRegistry } from './registry.mjs'
import { run } from './run.mjs'

/** Files of the root that a release reads. */
const OF_ROOT = ['package.json', 'pnpm-workspace.yaml', 'LICENSE', '.changeset']

/**
 * @param {string} root
 * @param {string} folder which must be empty
 */
export const prepareRelease = async (root, folder) => {
  for (const name of OF_ROOT) cpSync(path.join(root, name), path.join(folder, name), { recursive: true })
  for (const { folder: home } of publishedIn(root)) {
    const from = path.join(root, 'packages', home)
    const to = path.join(folder, 'packages', home)
    mkdirSync(path.join(to, 'node_modules/@qqkit'), { recursive: true })
    const manifest = JSON.parse(readFileSync(path.join(from, 'package.json'), 'utf8'))
    const { files, dependencies, devDependencies, peerDependencies } = manifest
    for (const name of ['package.json', 'README.md', 'README.zh-CN.md', ...files])
      if (existsSync(path.join(from, name)))
        cpSync(path.join(from, name), path.join(to, name), { recursive: true })
    // pnpm takes the version of a package of the workspace from here.
    const all = Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies })
    for (const name of all.filter((one) => /^(?:@qqkit\/|qqkit$)/.test(one)))
      symlinkSync(
        path.join(folder, 'packages', name.replace('@qqkit/', '')),
        path.join(to, 'node_modules', name),
        'junction',
      )
  }
  const changesets = path.join(root, 'node_modules/@changesets/cli/bin.js')
  await run(folder, process.execPath, changesets, 'version')
}

/**
 * Publishes the packages as the next release will have them, on a registry of this machine.
 *
 * @param {string} root
 * @param {string} folder for what this needs
 * @param {string} upstream the registry of all other packages
 */
export const publishHere = async (root, folder, upstream) => {
  const release = path.join(folder, 'release')
  const tarballs = path.join(folder, 'tarballs')
  mkdirSync(release)
  mkdirSync(tarballs)
  await prepareRelease(root, release)
  const packages = publishedIn(release)
  await pack(release, packages, tarballs)
  return startRegistry(tarballs, packages, upstream)
}
