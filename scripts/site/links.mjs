// Turns the links of a text of the repository into links of the site.
import path from 'node:path'

import { LANGUAGES } from './sources.mjs'

/** @import { Language, Page } from './sources.mjs' */

/** Where files are that are no page. */
const REPOSITORY = 'https://github.com/qqkit/qqkit'

const ABSOLUTE = new RegExp(String.raw`^${REPOSITORY}/(?:blob|tree)/main/`)

/**
 * Finds the page of a file: by its path, or by the folder whose README it is.
 *
 * @param {readonly Page[]} pages
 * @returns {(file: string) => { page: Page, language: Language } | undefined}
 */
export const pageFinder = (pages) => {
  /** @type {Map<string, { page: Page, language: Language }>} */
  const found = new Map()
  for (const page of pages) {
    for (const language of /** @type {Language[]} */ (Object.keys(LANGUAGES)).toReversed()) {
      const file = page.files[language]
      found.set(file, { page, language })
      if (path.posix.basename(file) === 'README.md') found.set(path.posix.dirname(file), { page, language })
    }
  }
  return (file) => found.get(file)
}

/** The address of a page, from the root of the site. @param {string} at @param {Language} language */
export const addressOf = (at, language) => `/${LANGUAGES[language]}${at.replace(/(^|\/)index$/, '$1')}`

/** Every template has the folder `deploy`, which stands once in the repository. @param {string} file */
const copiedFrom = (file) => file.replace(/^apps\/[^/]+\/deploy(?=\/|$)/, 'apps/common/deploy')

/**
 * One link as the site has it. A link to a text that exists in one language only stays in the language of its page.
 *
 * @param {string} link
 * @param {{ file: string, language: Language, find: ReturnType<typeof pageFinder> }} where
 */
export const siteLink = (link, { file, language, find }) => {
  const isOurs = ABSOLUTE.test(link)
  if (/^[#/]/.test(link) || (!isOurs && /^[a-z]+:/i.test(link))) return link
  const [target = '', anchor] = link.replace(ABSOLUTE, '').split('#')
  const inRepository = isOurs ? target : path.posix.join(path.posix.dirname(file), target)
  const named = inRepository.replace(/\/$/, '')
  const place = copiedFrom(named)
  const found = find(place)
  const hash = anchor === undefined ? '' : `#${anchor}`
  if (!found) return `${REPOSITORY}/blob/main/${place}${hash}`
  // A page's link to itself changes the language, and a heading has the language of its text; every other link keeps that of its page.
  const { page } = found
  const isFixed = page === find(file)?.page || (hash !== '' && page.files.en !== page.files.zh)
  return `${addressOf(page.at, isFixed ? found.language : language)}${hash}`
}

const CODE = /^( *)(`{3,}|~{3,})[^\n]*\n[\s\S]*?^\1\2[^\n]*$|`+[^`\n]+`+/gm

/** Applies a change to everything in a text that is not code. @param {string} text @param {(prose: string) => string} change */
const outsideCode = (text, change) => {
  let end = 0
  let changed = ''
  for (const { 0: code, index } of text.matchAll(CODE)) {
    changed += change(text.slice(end, index)) + code
    end = index + code.length
  }
  return changed + change(text.slice(end))
}

/**
 * A text of the repository as a page: with the links of the site, and without comments, which readers do not see.
 *
 * @param {string} text
 * @param {Parameters<typeof siteLink>[1]} where
 */
export const rewriteLinks = (text, where) =>
  outsideCode(text, (prose) =>
    prose
      .replaceAll(/<!--[\s\S]*?-->\n*/g, '')
      .replaceAll(/\]\(([^()\s]+)\)/g, (_, /** @type {string} */ link) => `](${siteLink(link, where)})`)
      .replaceAll(
        /^(\[[^\]]+\]: +)(\S+)$/gm,
        (_, /** @type {string} */ name, /** @type {string} */ link) => name + siteLink(link, where),
      ),
  )
