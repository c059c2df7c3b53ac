// Which text of the repository is which page of the site. A page in Chinese is the Chinese text beside the English one; a text
// that has none is shown in English there too.
import path from 'node:path'

/** Languages of the site, with the folder that their pages are in. */
export const LANGUAGES = /** @type {const} */ ({ en: '', zh: 'zh/' })

/** @typedef {keyof typeof LANGUAGES} Language */

/**
 * A page before it is written.
 *
 * @typedef {object} Page
 * @property {string} at path in the site without its ending, such as `guide/errors`; English pages have no prefix
 * @property {Record<Language, string>} files the text of each language
 * @property {string} section its part of the site
 */

/**
 * The parts of the site in the order of its sidebar. `of` turns the path of an English text into the path of its page.
 *
 * @type {readonly { readonly name: string, readonly title: Record<Language, string>, readonly first?: readonly string[], readonly texts: RegExp, readonly of: (match: RegExpExecArray) => string }[]}
 */
export const SECTIONS = [
  {
    name: 'home',
    title: { en: 'qqkit', zh: 'qqkit' },
    texts: /^README\.md$/,
    of: () => 'index',
  },
  {
    name: 'guide',
    title: { en: 'Guides', zh: '指南' },
    first: [
      'first-bot',
      'replying',
      'commands-and-middleware',
      'buttons-and-asking',
      'streaming',
      'texts-and-markdown',
      'media',
      'sessions-and-state',
      'access-and-throttle',
      'proactive-messages',
      'errors',
      'testing',
      'simulator',
      'faults-and-incidents',
      'staying-connected',
      'replying-once',
      'webhook',
      'deploying',
      'several-bots',
      'many-processes',
      'logging',
      'rate-limits',
      'retries-and-fallbacks',
      'api-calls',
      'bundling',
      'runtimes',
      'coming-from',
    ],
    texts: /^docs\/(?:guides\/)?(?!architecture|glossary|behaviours)([\w-]+)\.md$/,
    of: ([, name]) => `guide/${name}`,
  },
  {
    name: 'packages',
    title: { en: 'Packages', zh: '各个包' },
    first: ['bot', 'gateway', 'rest', 'webhook', 'redis', 'simulator', 'qqkit'],
    texts: /^packages\/([\w-]+)\/README\.md$/,
    of: ([, name]) => `packages/${name}`,
  },
  {
    name: 'templates',
    title: { en: 'Templates', zh: '模板' },
    texts: /^apps\/(?:common\/)?([\w-]+)\/README\.md$/,
    of: ([, name]) => `templates/${name}`,
  },
  {
    name: 'protocol',
    title: { en: 'What the platform does', zh: '平台的协议' },
    first: ['index'],
    texts: /^docs\/protocol\/(README|[\w-]+)\.md$/,
    of: ([, name = '']) => `protocol/${name === 'README' ? 'index' : name}`,
  },
  {
    name: 'about',
    title: { en: 'How it is made', zh: '实现' },
    first: ['architecture', 'glossary', 'behaviours'],
    texts: /^(?:docs\/(architecture|glossary|behaviours)|(CONTRIBUTING|SECURITY)|(benchmarks)\/README)\.md$/,
    of: ([, ...names]) => `about/${names.find((name) => name !== undefined)?.toLowerCase()}`,
  },
  {
    name: 'adr',
    title: { en: 'Decisions', zh: '设计决定' },
    first: ['index'],
    texts: /^docs\/adr\/(README|[\w-]+)\.md$/,
    of: ([, name = '']) => `adr/${name === 'README' ? 'index' : name}`,
  },
]

const CHINESE = '.zh-CN.md'

/**
 * The pages of the texts, in the order of the sidebar.
 *
 * @param {readonly string[]} files paths of the repository
 * @returns {Page[]}
 */
export const pagesOf = (files) => {
  const known = new Set(files)
  return SECTIONS.flatMap(({ name, first = [], texts, of }) => {
    const pages = files
      .filter((file) => !file.endsWith(CHINESE))
      .flatMap((file) => {
        const match = texts.exec(file)
        if (!match) return []
        const chinese = file.replace(/\.md$/, CHINESE)
        return [
          { at: of(match), files: { en: file, zh: known.has(chinese) ? chinese : file }, section: name },
        ]
      })
    const rank = (/** @type {Page} */ { at }) => {
      const place = first.indexOf(path.posix.basename(at))
      return place < 0 ? first.length : place
    }
    return pages.sort((a, b) => rank(a) - rank(b) || a.at.localeCompare(b.at))
  })
}

/** The first heading of a text, as plain words. @param {string} text */
export const titleOf = (text) =>
  (/^# (.+?)(?: \{#[^}]*\})?$/m.exec(text)?.[1] ?? '')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll('`', '')

/** The first paragraph of a text, as plain words. @param {string} text */
export const summaryOf = (text) => {
  const paragraphs = text
    .replaceAll(/<!--[\s\S]*?-->/g, '')
    .replaceAll(/^<a id="[^"]*"><\/a>$/gm, '')
    .split(/\n{2,}/)
    .map((one) => one.trim())
  const first = paragraphs.find((one) => /^(?!```)[\p{L}\d`*]/u.test(one)) ?? ''
  return first
    .replaceAll(/\s*\[(?:English|中文|简体中文)\]\([^)]*\)/g, '')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/[*`]/g, '')
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll(/(?<=\p{Script=Han}) (?=\p{Script=Han})/gu, '')
}
