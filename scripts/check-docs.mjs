// Checks the pages for readers against the tree: each file, folder, link and heading that a page names exists, also by its
// address, each
// name of code occurs in the code, docs/architecture.md lists the rooms of check-directions.mjs, and a page in Chinese
// has the same headings and as many blocks of code as the English one.
import { existsSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

import { ROOMS } from './check-directions.mjs'
import { lineOf, textsBelow } from './reference/files.mjs'

const ARCHITECTURE = 'docs/architecture.md'
/** Pages about other repositories, whose files are not here. Their links are still checked. */
const REFERENCE = 'docs/protocol/'
/** Pages that may name removed code: records of decisions, and behaviours. */
const HISTORY = ['docs/adr/', 'docs/behaviours.md']
/** Folders that a build or an installation creates. */
const MADE = /^(?:dist|node_modules|coverage|reports)\//

const PAGE = /\.md$/
const NO_PAGE = /^\.changeset\/|(?:^|\/)CHANGELOG\.md$/
const PATH = /^\.{0,2}\/?[\w@.-]+(?:\/[\w@.-]+)+\/?$/
const FILE = /^[\w-]+\.(?:ts|mjs|cjs|tsx)$/
/** Texts that look like a path of the repository, not like a route or a package. */
const OURS = /^(?:packages|apps|docs|scripts|benchmarks|src|test)\/|\.(?:ts|tsx|mjs|cjs|md|json|ya?ml)$|\/$/
/** A name of code: it contains a capital or is a call. */
const NAME = /^(?:[A-Za-z_$][\w$]*\.)*[A-Za-z_$][\w$]*(?:\(\))?$/

/** A link, or the line that gives a named one its address. */
const LINK = /\]\(([^)\s]*)\)|^\[[^\]]+\]: +(\S+)$/gm
/** The address of a file or folder of the repository. */
const PUBLISHED = /^https:\/\/github\.com\/qqkit\/qqkit\/(?:blob|tree)\/main\//
/** A text that is also read where the package is, without the rest of the repository. */
const PACKAGE = /^packages\/[^/]+\/README[^/]*\.md$/

/** Every file and folder. @param {readonly string[]} files */
const placesOf = (files) => {
  const places = new Set(files)
  for (const file of files)
    for (let folder = path.posix.dirname(file); folder !== '.'; folder = path.posix.dirname(folder))
      places.add(folder)
  return places
}

/** A file as its page names it, or as the template of the page gets it: from `apps/common`. @param {string} root @param {string} place */
const isThere = (root, place) =>
  [place, place.replace(/^apps\/[^/]+\//, 'apps/common/')].some((one) => existsSync(path.join(root, one)))

const BLOCK = /^( *)(`{3,}|~{3,})[^\n]*\n[\s\S]*?^\1\2[^\n]*$/gm

/** The text of a page without its blocks of code; line numbers are kept. @param {string} text */
const withoutBlocks = (text) => text.replaceAll(BLOCK, (block) => block.replaceAll(/[^\n]/g, ''))

/** Headers of a column that names code of others. */
const OTHERS = new Set(['there', '原来'])
const TABLE = /^\|.*\|\n\|[ :|-]+\|\n(?:\|.*\|(?:\n|$))*/gm
const CELL = /(?<=(?<!\\)\|)(?:[^|\\\n]|\\.)+(?=\|)/g

/** The text of a page without the columns that name code of others; places are kept. @param {string} text */
const withoutOthers = (text) =>
  text.replaceAll(TABLE, (table) => {
    const headers = table.split('\n')[0]?.match(CELL) ?? []
    const columns = headers.flatMap((header, index) => (OTHERS.has(header.trim()) ? [index] : []))
    if (columns.length === 0) return table
    return table.replaceAll(/^.*$/gm, (row) => {
      let index = -1
      return row.replaceAll(CELL, (cell) => (columns.includes((index += 1)) ? 'x'.repeat(cell.length) : cell))
    })
  })

const CHINESE = /\.zh-CN\.md$/
/** Tables of figures stand in the English page alone. */
const RESULTS = /(?<=^## (?:Results|结果)$)[\s\S]*?(?=^## |(?![\s\S]))/m

/** The levels of the headings of a page in their order, and how many blocks of code it has. @param {string} text */
const shapeOf = (text) => {
  const page = text.replace(RESULTS, '\n')
  return {
    levels: [...withoutBlocks(page).matchAll(/^(#{1,6}) (.+)$/gm)].map(([, { length } = '', heading]) => ({
      level: length,
      heading,
    })),
    blocks: page.match(BLOCK)?.length ?? 0,
  }
}

/**
 * Where Chinese pages are out of step with the English ones, as sentences.
 *
 * @param {readonly { readonly file: string, readonly text: string }[]} pages
 */
const stepFaults = (pages) => {
  const texts = new Map(pages.map(({ file, text }) => [file, text]))
  return pages.flatMap(({ file, text }) => {
    const other = file.replace('.zh-CN', '')
    const english = CHINESE.test(file) ? texts.get(other) : undefined
    if (english === undefined) return []
    const [own, wanted] = [shapeOf(text), shapeOf(english)]
    const name = path.posix.basename(other)
    const count = Math.max(own.levels.length, wanted.levels.length)
    const first = Array.from({ length: count }, (_, index) => index).find(
      (index) => own.levels[index]?.level !== wanted.levels[index]?.level,
    )
    const said = (/** @type {typeof own} */ { levels }) =>
      first !== undefined && levels[first] ? `"${levels[first].heading}"` : 'no heading'
    return [
      ...(first === undefined ? [] : [`${file} has ${said(own)} where ${name} has ${said(wanted)}`]),
      ...(own.blocks === wanted.blocks
        ? []
        : [`${file} has ${own.blocks} blocks of code, ${name} ${wanted.blocks}`]),
    ]
  })
}

/** The anchors of a page: those of its headings as GitHub makes them, and its own. @param {string} text */
const anchorsOf = (text) => {
  const anchors = new Set([...text.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id))
  for (const [, heading = ''] of withoutBlocks(text).matchAll(/^#{1,6} +(.+?) *$/gm)) {
    const words = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    anchors.add(words.replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, '').replaceAll(' ', '-'))
  }
  return anchors
}

/**
 * Names of code in a span that do not occur in the code.
 *
 * @param {string} span
 * @param {(name: string) => boolean} isKnown
 */
const unknownNames = (span, isKnown) => {
  if (!NAME.test(span) || !/[a-z][A-Z]|\(\)$/.test(span)) return []
  return span
    .replace('()', '')
    .split('.')
    .filter((name) => !isKnown(name))
}

/**
 * Faults in the rooms that the architecture lists, as sentences.
 *
 * @param {string} text
 * @param {Readonly<Record<string, readonly string[]>>} rooms
 */
const roomFaults = (text, rooms) =>
  Object.entries(rooms).flatMap(([home, names]) => {
    const name = path.posix.basename(home)
    const [, cell = ''] = new RegExp(`^\\| ${name} +\\| ([^|]*)\\|`, 'm').exec(text) ?? []
    const listed = [...cell.matchAll(/`([^`]+)`/g)].map(([, room]) => room)
    // The rooms of the simulator's core are one line there.
    const own = names.filter((room) => !room.startsWith('core/'))
    return listed.join(' ') === own.join(' ')
      ? []
      : [`${ARCHITECTURE}: the rooms of ${name} are ${own.map((room) => `\`${room}\``).join(' ')}`]
  })

/**
 * All faults below `root`, as sentences.
 *
 * @param {string} root
 * @param {Readonly<Record<string, readonly string[]>>} [rooms]
 * @returns {string[]}
 */
export const findFaults = (root, rooms = ROOMS) => {
  const texts = textsBelow(root)
  const places = placesOf(texts.map(({ file }) => file))
  const list = [...places]
  /** @param {string} name */
  const exists = (name) => {
    const place = name.replace(/^\.\//, '').replace(/\/$/, '')
    return places.has(place) || list.some((other) => other.endsWith(`/${place}`))
  }
  const code = texts.flatMap(({ file, text }) => (PAGE.test(file) ? [] : [text])).join('\n')
  const words = new Set(code.match(/[A-Za-z_$][\w$]*/g))
  /** A part of a name counts too, such as the suffix `Deps`. @param {string} name */
  const isKnown = (name) => words.has(name) || code.includes(name)
  const pages = texts.filter(({ file }) => PAGE.test(file) && !NO_PAGE.test(file))
  const anchors = new Map(pages.map(({ file, text }) => [file, anchorsOf(text)]))

  const faults = pages.flatMap(({ file, text: whole }) => {
    const text = withoutBlocks(whole)
    /** @param {number} index @param {string} fault */
    const at = (index, fault) => `${file}:${lineOf(text, index)} ${fault}`
    const spans = file.startsWith(REFERENCE)
      ? []
      : [...withoutOthers(text).matchAll(/(?<!`)`([^`\n]+)`(?!`)/g)]
    const isHistory = HISTORY.some((place) => file.startsWith(place))
    const inSpans = spans.flatMap(({ index, 1: span = '' }) => {
      const isPath = FILE.test(span) || (PATH.test(span) && OURS.test(span) && !MADE.test(span))
      if (isPath) return exists(span) ? [] : [at(index, `names ${span}, which does not exist`)]
      const unknown = isHistory ? [] : unknownNames(span, isKnown)
      return unknown.map((name) => at(index, `names ${name}, which occurs nowhere in the code`))
    })
    const prose = text.replaceAll(/`[^`\n]+`/g, (span) => 'x'.repeat(span.length))
    const links = [...prose.matchAll(LINK)].flatMap(({ index, 1: inline, 2: named = '' }) => {
      const link = inline ?? named
      const isOurs = PUBLISHED.test(link)
      if (!isOurs && /^[a-z]+:/.test(link)) return []
      const [target = '', anchor] = link.replace(PUBLISHED, '').split('#')
      const inRepository = isOurs ? target : path.posix.join(path.posix.dirname(file), target)
      const place = target === '' ? file : inRepository.replace(/\/$/, '')
      if (!isOurs && PACKAGE.test(file) && place.startsWith('docs/'))
        return [at(index, `links ${link}, which readers of the package cannot follow: give its address`)]
      if (!isThere(root, place)) return [at(index, `links ${link}, which does not exist`)]
      const known = anchors.get(place)
      return anchor === undefined || known === undefined || known.has(anchor)
        ? []
        : [at(index, `links ${link}, a heading that is not there`)]
    })
    return [...inSpans, ...links]
  })
  const architecture = texts.find(({ file }) => file === ARCHITECTURE)
  const rest = [...(architecture ? roomFaults(architecture.text, rooms) : []), ...stepFaults(pages)]
  return [...faults, ...rest]
}

if (import.meta.filename === process.argv[1]) {
  const faults = findFaults(path.dirname(import.meta.dirname))
  for (const fault of faults) console.error(fault)
  if (faults.length > 0) process.exitCode = 1
  else console.log('All files and names in the pages exist in the tree.')
}
