// Finds the published packages and packs them into tarballs, as a release does.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

import { run } from './run.mjs'

/**
 * @typedef {object} Published
 * @property {string} name
 * @property {string} folder its folder in `packages`
 * @property {readonly string[]} specifiers what a user may import of it: nothing of a package of commands alone
 * @property {string} file the name of its tarball
 */

/** Every package that is published. @param {string} root @returns {Published[]} */
export const publishedIn = (root) =>
  readdirSync(path.join(root, 'packages')).map((folder) => {
    const { name, version, publishConfig } = JSON.parse(
      readFileSync(path.join(root, 'packages', folder, 'package.json'), 'utf8'),
    )
    const entries = Object.keys(publishConfig.exports ?? {}).filter((entry) => entry !== './package.json')
    return {
      name,
      folder,
      specifiers: entries.map((entry) => path.posix.join(name, entry)),
      file: `${name.replace('@', '').replace('/', '-')}-${version}.tgz`,
    }
  })

/**
 * Packs packages as they would be published, two at a time.
 *
 * @param {string} root
 * @param {readonly Published[]} packages
 * @param {string} folder where the tarballs go
 */
export const pack = (root, packages, folder) =>
  run(
    root,
    'pnpm',
    '--recursive',
    '--workspace-concurrency=2',
    ...packages.map(({ name }) => `--filter=${name}`),
    'pack',
    '--pack-destination',
    folder,
  )
