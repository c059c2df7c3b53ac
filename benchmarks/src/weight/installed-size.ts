import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

interface Manifest {
  readonly name: string
  readonly files?: readonly string[]
  readonly dependencies?: Readonly<Record<string, string>>
}

/** Names that npm never ships, and folders of a development checkout. */
const NEVER_SHIPPED = new Set(['node_modules', '.git', '.turbo'])

const bytesBelow = (target: string): number => {
  const stat = statSync(target)
  if (!stat.isDirectory()) return stat.size
  return readdirSync(target)
    .filter((name) => !NEVER_SHIPPED.has(name))
    .reduce((sum, name) => sum + bytesBelow(path.join(target, name)), 0)
}

/** Size of a shipped package in bytes: its `files` if they exist here, else everything. */
const shippedBytes = (home: string, { files, name }: Manifest): number => {
  const shipped = name.startsWith('@qqkit/') && files ? [...files, 'package.json', 'README.md'] : ['.']
  return shipped
    .map((file) => path.join(home, file))
    .filter((file) => existsSync(file))
    .reduce((sum, file) => sum + bytesBelow(file), 0)
}

const homeOf = (name: string, from: string): string => {
  const paths = createRequire(path.join(from, 'package.json')).resolve.paths(name) ?? []
  const home = paths.map((folder) => path.join(folder, name)).find((folder) => existsSync(folder))
  if (home === undefined) throw new Error(`${name} is not installed`)
  return realpathSync(home)
}

/** The installed size of a package with all its dependencies. */
export const installedSize = (name: string, from: string): { bytes: number; packages: number } => {
  const homes = new Map<string, Manifest>()
  const visit = (home: string): void => {
    if (homes.has(home)) return
    const manifest = JSON.parse(readFileSync(path.join(home, 'package.json'), 'utf8')) as Manifest
    homes.set(home, manifest)
    for (const dependency of Object.keys(manifest.dependencies ?? {})) visit(homeOf(dependency, home))
  }
  visit(homeOf(name, from))
  const bytes = [...homes].reduce((sum, [home, manifest]) => sum + shippedBytes(home, manifest), 0)
  return { bytes, packages: homes.size }
}
