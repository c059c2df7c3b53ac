// Lets TypeDoc write a page for each entry of each package.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

import { addressOf } from './links.mjs'

const SOURCE = '@qqkit/source'

/** Entries for our packages and our tests alone. */
const HIDDEN = new Set(['./internal'])

/** An example whose lines are set in below its first one, as comments write it. */
const EXAMPLE = /^```ts\n\S.*\n(?:(?: {2}.*)?\n)+?```$/gm

/** @typedef {{ readonly name: string, readonly source: string, readonly at: string }} Entry */

/**
 * The entries that users import, with the paths of their pages.
 *
 * @param {string} root
 * @returns {Entry[]}
 */
export const entriesOf = (root) => {
  const packages = path.join(root, 'packages')
  return readdirSync(packages).flatMap((folder) => {
    const { name, exports = {} } = JSON.parse(
      readFileSync(path.join(packages, folder, 'package.json'), 'utf8'),
    )
    return Object.entries(exports).flatMap(([entry, { [SOURCE]: source }]) => {
      if (source === undefined || !source.endsWith('.ts') || HIDDEN.has(entry)) return []
      const below = entry.slice(1)
      return [
        {
          name: `${name}${below}`,
          source: path.posix.join('packages', folder, source),
          at: `api/${folder}${below}`,
        },
      ]
    })
  })
}

/** The options of TypeDoc. @param {string} root @param {readonly Entry[]} entries @param {string} out */
export const typedocOptions = (root, entries, out) => ({
  entryPoints: entries.map(({ source }) => path.join(root, source)),
  basePath: root,
  tsconfig: path.join(root, 'site', 'tsconfig.json'),
  plugin: ['typedoc-plugin-markdown'],
  out,
  router: 'module',
  readme: 'none',
  disableSources: true,
  // The compiler has checked the sources elsewhere.
  skipErrorChecking: true,
  validation: false,
  logLevel: 'Warn',
  // Headings of one name are numbered in another way by the site.
  useHTMLAnchors: true,
  hideBreadcrumbs: true,
  hidePageHeader: true,
  parametersFormat: 'table',
  propertiesFormat: 'table',
  interfacePropertiesFormat: 'table',
  typeDeclarationFormat: 'table',
  tableColumnSettings: {
    hideModifiers: true,
    hideDefaults: true,
    hideInherited: true,
    hideOverrides: true,
    hideSources: true,
  },
})

/**
 * Reads what TypeDoc wrote, with links of the site.
 *
 * @param {string} out
 * @param {readonly Entry[]} entries
 */
export const readApi = (out, entries) => {
  const list = readFileSync(path.join(out, 'README.md'), 'utf8')
  const files = new Map([...list.matchAll(/^- \[(.+?)\]\((.+?)\)/gm)].map(([, name, file]) => [name, file]))
  const written = entries.flatMap((entry) => {
    const file = files.get(entry.source.replace(/(?:\/index)?\.ts$/, ''))
    if (file === undefined) throw new Error(`TypeDoc wrote no page for ${entry.source}`)
    return [{ ...entry, file, text: readFileSync(path.join(out, file), 'utf8') }]
  })
  const places = new Map(written.map(({ file, at }) => [file, at]))
  return written
    .filter(({ text }) => text.includes('\n## '))
    .map(({ name, at, file, text }) => ({
      at,
      text: text
        .replace(/^# .*$/m, `# ${name}`)
        .replaceAll(EXAMPLE, (example) => example.replaceAll(/^ {2}/gm, ''))
        .replaceAll(
          /\]\(([\w./-]+\.md)(#[\w-]+)?\)/g,
          (whole, /** @type {string} */ link, /** @type {string} */ hash = '') => {
            const target = places.get(path.posix.join(path.posix.dirname(file), link))
            return target === undefined ? whole : `](${addressOf(target, 'en')}${hash})`
          },
        ),
    }))
}
