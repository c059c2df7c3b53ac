// Reads .gitignore itself, since checks also run without Git.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

/**
 * Whether Git ignores a file or folder of this name, in any folder.
 *
 * @param {string} root
 * @returns {(name: string) => boolean}
 */
export const ignoredBy = (root) => {
  const file = path.join(root, '.gitignore')
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
  const names = new Set(['.git'])
  /** @type {string[]} */
  const endings = []
  for (const line of lines) {
    const pattern = line.trim()
    if (pattern === '' || pattern.startsWith('#')) continue
    const [, ending, name] = /^(?:\*(\.[\w.-]+)|([\w.-]+)\/?)$/.exec(pattern) ?? []
    if (ending !== undefined) endings.push(ending)
    else if (name !== undefined) names.add(name)
    else throw new Error(`.gitignore: write names and *.endings alone, which the checks can read: ${pattern}`)
  }
  return (name) => names.has(name) || endings.some((ending) => name.endsWith(ending))
}
