// Reads the handwritten texts of the repository.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

import { ignoredBy } from '../ignored.mjs'

const TEXT = /\.(?:[cm]?[jt]sx?|md|json|ya?ml|html|css|sh|py|svg|txt|vue)$/

/**
 * Every text below a folder.
 *
 * @param {string} root
 * @param {string} start the folder, relative to `root`; without it everything
 * @returns {{ file: string, text: string }[]} `file`: relative to `root`, with `/`
 */
export const textsBelow = (root, start = '') => {
  const isIgnored = ignoredBy(root)
  /** @param {string} folder @returns {{ file: string, text: string }[]} */
  const visit = (folder) =>
    readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const file = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (isIgnored(entry.name)) return []
      if (entry.isDirectory()) return visit(file)
      if (!entry.isFile() || !TEXT.test(entry.name)) return []
      return [{ file, text: readFileSync(path.join(root, file), 'utf8') }]
    })
  return visit(start)
}

/** The line of an index in a text, 1-based. @param {string} text @param {number} index */
export const lineOf = (text, index) => text.slice(0, index).split('\n').length
