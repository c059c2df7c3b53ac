// Writes the pages of the site from the texts of the repository. Nothing stands in the site alone.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

import { textsBelow } from '../reference/files.mjs'
import { chineseHeadings } from './chinese-headings.mjs'
import { errorPages } from './error-pages.mjs'
import { addressOf, pageFinder, rewriteLinks } from './links.mjs'
import { nightPlot } from './night-plot.mjs'
import { readOwnCodes } from './own-codes.mjs'
import { readFacts } from './read-facts.mjs'
import { LANGUAGES, pagesOf, SECTIONS, summaryOf, titleOf } from './sources.mjs'

/** @import { Language } from './sources.mjs' */

const ENGLISH_ONLY = '> 这一页的正文目前只有英文。\n\n'
const PLOT = /^<!-- plot: bad night -->$/m

/** The front of the site, from the first lines of a README. @param {string} text @param {Language} language */
const frontOf = (text, language) => {
  const to = (/** @type {string} */ at) => addressOf(at, language)
  const [first, second, third] =
    language === 'en' ? ['First bot', 'Guides', 'Error codes'] : ['第一个机器人', '指南', '错误码']
  const actions = [
    { theme: 'brand', text: first, link: to('guide/first-bot') },
    { theme: 'alt', text: second, link: to('guide/replying') },
    { theme: 'alt', text: third, link: to('errors/index') },
  ]
  const front = {
    layout: 'home',
    hero: { name: titleOf(text), tagline: summaryOf(text), actions },
  }
  return `---\n${JSON.stringify(front)}\n---\n\n${text.replace(/^# .+\n+.+\n+/, '')}`
}

/**
 * All pages by their path below the folder of pages, and the sidebar of each language.
 *
 * @param {string} root
 * @param {{ readonly at: string, readonly text: string }[]} api pages of the API, as TypeDoc wrote them
 */
export const makePages = async (root, api) => {
  const texts = new Map(textsBelow(root).map(({ file, text }) => [file, text]))
  const pages = pagesOf([...texts.keys()])
  const find = pageFinder(pages)
  const inChinese = chineseHeadings(texts)
  const facts = await readFacts()
  const codes = readOwnCodes(root)
  /** @type {Map<string, string>} */
  const written = new Map()
  /** @type {Record<Language, { name: string, text: string, items: { text: string, link: string, summary: string }[] }[]>} */
  const sidebar = { en: [], zh: [] }
  for (const language of /** @type {Language[]} */ (Object.keys(LANGUAGES))) {
    const folder = LANGUAGES[language]
    for (const { name, title } of SECTIONS) {
      const items = pages
        .filter(({ section }) => section === name)
        .map(({ at, files }) => {
          const file = files[language]
          const text = (texts.get(file) ?? '').replace(PLOT, () => nightPlot(facts.badNight(), language))
          const linked = rewriteLinks(text, { file, language, find })
          const isEnglishOnly = language === 'zh' && files.zh === files.en
          const page = isEnglishOnly ? inChinese(file, linked) : linked
          const note = isEnglishOnly ? ENGLISH_ONLY : ''
          written.set(
            `${folder}${at}.md`,
            name === 'home' ? frontOf(page, language) : page.replace(/^(# .+\n+)/m, `$1${note}`),
          )
          return { text: titleOf(page), link: addressOf(at, language), summary: summaryOf(page) }
        })
      if (name !== 'home') sidebar[language].push({ name, text: title[language], items })
    }
    const errors = errorPages(facts, codes, language)
    for (const [at, text] of errors) written.set(`${folder}${at}.md`, text)
    const lists = [...errors].filter(([at]) => !/\d$/.test(at))
    sidebar[language].push({
      name: 'errors',
      text: titleOf(errors.get('errors/index') ?? ''),
      items: lists.map(([at, text]) => ({
        text: titleOf(text),
        link: addressOf(at, language),
        summary: summaryOf(text),
      })),
    })
    for (const { at, text } of api) {
      const file = `packages/${path.posix.basename(at)}/README.md`
      const page =
        language === 'en'
          ? rewriteLinks(text, { file, language, find })
          : `# ${titleOf(text)}\n\n接口参考由源码的注释生成，只有[英文](${addressOf(at, 'en')})。\n`
      written.set(`${folder}${at}.md`, page)
    }
    sidebar[language].push({
      name: 'api',
      text: language === 'en' ? 'API' : '接口参考',
      items: api.map(({ at, text }) => ({
        text: titleOf(text),
        link: addressOf(at, language),
        summary: '',
      })),
    })
  }
  return { written, sidebar, summary: summaryOf(texts.get('README.md') ?? '') }
}

/**
 * The list of pages for language models (llms.txt).
 *
 * @param {Awaited<ReturnType<typeof makePages>>['sidebar'][Language]} groups
 * @param {string} summary
 * @param {string} base the address of the first page
 */
export const llmsText = (groups, summary, base) =>
  [
    '# qqkit',
    `> ${summary}`,
    ...groups.map(({ text, items }) =>
      [
        `## ${text}`,
        '',
        ...items.map(({ text: title, link, summary: about }) => {
          const file = `${base.slice(0, -1)}${link.endsWith('/') ? `${link}index` : link}.md`
          return `- [${title}](${file})${about === '' ? '' : `: ${about}`}`
        }),
      ].join('\n'),
    ),
    '',
  ].join('\n\n')

/** Writes files below a folder that is emptied first. @param {string} folder @param {Map<string, string>} files */
export const writeAll = (folder, files) => {
  rmSync(folder, { recursive: true, force: true })
  for (const [file, text] of files) {
    const place = path.join(folder, file)
    mkdirSync(path.dirname(place), { recursive: true })
    writeFileSync(place, text)
  }
}
