// The site is built from pages that scripts/site writes into dist/pages.
import { readFileSync } from 'node:fs'
import path from 'node:path'

import { renderMermaidSVG } from 'beautiful-mermaid'
import { defineConfig } from 'vitepress'

import { slugOf } from '../../scripts/site/slug.mjs'

const sidebar = JSON.parse(readFileSync(path.join(import.meta.dirname, '..', 'dist', 'sidebar.json'), 'utf8'))

/** Words of a text, as the search knows them; Chinese is written without spaces, so each two characters are one. It runs in the browser too. */
const tokenize = (text) => {
  const words = text.toLowerCase().match(/[\p{Script=Han}]+|[\p{L}\p{N}_]+/gu) ?? []
  return words.flatMap((word) => {
    if (!/^\p{Script=Han}{3,}$/u.test(word)) return [word]
    const letters = [...word]
    return letters.slice(1).map((letter, index) => letters[index] + letter)
  })
}

/** How much a hit counts: the page of a number or code before lists of them, guides before the API. `term` is the word of the page, which may only begin like the one typed. It runs in the browser too. */
const boostDocument = (id, term) => {
  const error = /\/errors\/(?:(\d+)\.|.*#(\w+)$)/.exec(id)
  if (error) return error[1] === term ? 50 : error[2]?.toLowerCase() === term ? 4 : 0.5
  if (/\/guide\//.test(id)) return 4
  return /\/packages\//.test(id) ? 3 : /\/(?:api|adr|errors|about)\//.test(id) ? 0.5 : 1
}

/** How much a word counts that only begins like the one typed, or is spelled like it. */
const WEIGHTS = { prefix: 0.1, fuzzy: 0.1 }

/** Between Chinese characters a line ends without a space. */
const softbreak = (tokens, index) => {
  const last = tokens[index - 1]?.content.at(-1) ?? ''
  const next = tokens[index + 1]?.content.at(0) ?? ''
  return /[\p{Script=Han}\p{P}]/u.test(last) &&
    /[\p{Script=Han}\p{P}]/u.test(next) &&
    /[^ -~]/.test(last + next)
    ? ''
    : '\n'
}

const ICON =
  'data:image/svg+xml,' +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#3451b2"/><path d="M9 12h14M9 20h8" stroke="#fff" stroke-width="3" stroke-linecap="round"/></svg>',
  )

/** A page as the search reads it: the same words, without the colours of code, which took a third of the build. */
const renderForSearch = (source, env, md) => {
  const { highlight } = md.options
  md.options.highlight = null
  try {
    const html = md.render(source, env)
    return env.frontmatter?.search === false ? '' : html
  } finally {
    md.options.highlight = highlight
  }
}

/** Draws a diagram in the colours of the page; its styles are in the theme. */
const drawDiagram = (source) => {
  const svg = renderMermaidSVG(source)
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replace(/ style="[^"]*"/, ' role="img"')
  return `<div class="diagram" v-pre>${svg}</div>\n`
}

const nav = (language, words) => {
  const prefix = language === 'en' ? '' : '/zh'
  return [
    { text: words[0], link: `${prefix}/guide/first-bot`, activeMatch: '/guide/' },
    { text: words[1], link: `${prefix}/packages/bot`, activeMatch: '/packages/' },
    { text: words[2], link: `${prefix}/errors/`, activeMatch: '/errors/' },
    { text: words[3], link: `${prefix}/api/bot`, activeMatch: '/api/' },
    { text: words[4], link: `${prefix}/protocol/`, activeMatch: '/protocol/' },
  ]
}
/** What stands beside a page: the guides beside all for users, and its own part beside every other page. */
const besides = (language) => {
  const prefix = language === 'en' ? '/' : '/zh/'
  const all = sidebar[language]
  const groups = (...names) => all.filter(({ name }) => names.includes(name))
  const reader = groups('guide', 'packages', 'templates')
  return {
    [`${prefix}guide/`]: reader,
    [`${prefix}packages/`]: reader,
    [`${prefix}templates/`]: reader,
    [`${prefix}protocol/`]: groups('protocol'),
    [`${prefix}api/`]: groups('api'),
    [`${prefix}about/`]: groups('about', 'adr'),
    [`${prefix}adr/`]: groups('about', 'adr'),
    [`${prefix}errors/`]: groups('errors', 'guide'),
  }
}

export default defineConfig({
  srcDir: 'dist/pages',
  outDir: 'dist/html',
  cacheDir: 'node_modules/.cache/vitepress',
  cleanUrls: false,
  title: 'qqkit',
  lastUpdated: false,
  // Checked after the build, with the headings that they name.
  ignoreDeadLinks: true,
  head: [['link', { rel: 'icon', href: ICON }]],
  metaChunk: true,
  markdown: {
    anchor: { slugify: slugOf },
    languageAlias: { caddy: 'nginx' },
    config: (md) => {
      md.renderer.rules.softbreak = softbreak
      const fence = md.renderer.rules.fence
      md.renderer.rules.fence = (tokens, index, ...others) =>
        tokens[index].info.trim() === 'mermaid'
          ? drawDiagram(tokens[index].content)
          : fence(tokens, index, ...others)
    },
  },
  themeConfig: {
    outline: [2, 3],
    externalLinkIcon: true,
    search: {
      provider: 'local',
      options: {
        _render: renderForSearch,
        miniSearch: { options: { tokenize }, searchOptions: { boostDocument, weights: WEIGHTS } },
        locales: {
          zh: {
            translations: {
              button: { buttonText: '搜索', buttonAriaLabel: '搜索' },
              modal: {
                displayDetails: '显示详细列表',
                resetButtonTitle: '清空',
                backButtonTitle: '关闭搜索',
                noResultsText: '没有找到',
                footer: { selectText: '选择', navigateText: '切换', closeText: '关闭' },
              },
            },
          },
        },
      },
    },
    socialLinks: [{ icon: 'github', link: 'https://github.com/qqkit/qqkit' }],
  },
  locales: {
    root: {
      label: 'English',
      lang: 'en',
      description: 'A TypeScript SDK for QQ official bots',
      themeConfig: {
        nav: nav('en', ['Guides', 'Packages', 'Error codes', 'API', 'Protocol']),
        sidebar: besides('en'),
      },
    },
    zh: {
      label: '简体中文',
      lang: 'zh-CN',
      description: 'QQ 官方机器人的 TypeScript SDK',
      themeConfig: {
        nav: nav('zh', ['指南', '各个包', '错误码', '接口参考', '协议']),
        sidebar: besides('zh'),
        outline: { level: [2, 3], label: '本页目录' },
        docFooter: { prev: '上一页', next: '下一页' },
        langMenuLabel: '切换语言',
        returnToTopLabel: '回到顶部',
        sidebarMenuLabel: '目录',
        darkModeSwitchLabel: '外观',
        lightModeSwitchTitle: '浅色',
        darkModeSwitchTitle: '深色',
        skipToContentLabel: '跳到正文',
        notFound: {
          title: '没有这一页',
          quote: '地址可能写错了，或者页面已经移走。',
          linkText: '回到首页',
          linkLabel: '首页',
        },
      },
    },
  },
})
