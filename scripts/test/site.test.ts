import path from 'node:path'

import { describe, expect, it } from 'vitest'

import { textsBelow } from '../reference/files.mjs'
import { baseOf } from '../site/base.mjs'
import { builtFaults, llmsFaults } from '../site/check-built.mjs'
import { errorPages } from '../site/error-pages.mjs'
import { pageFinder, rewriteLinks, siteLink } from '../site/links.mjs'
import { readOwnCodes } from '../site/own-codes.mjs'
import { nightPlot } from '../site/night-plot.mjs'
import { readFacts } from '../site/read-facts.mjs'
import { pagesOf } from '../site/sources.mjs'
import { CHINESE, WORDS_OF_CODES } from '../site/words-of-codes.mjs'
import { llmsText, makePages } from '../site/write-pages.mjs'

const root = path.join(import.meta.dirname, '..', '..')
const pages = pagesOf([
  'README.md',
  'README.zh-CN.md',
  'docs/guides/errors.md',
  'docs/guides/errors.zh-CN.md',
  'docs/adr/README.md',
  'docs/protocol/02-rest-conventions.md',
  'apps/common/deploy/README.md',
  'packages/bot/README.md',
  'packages/bot/README.zh-CN.md',
])
const find = pageFinder(pages)
const facts = await readFacts()
const codes = readOwnCodes(root)
const { written, sidebar } = await makePages(root, [])
const from = (file: string, language: 'en' | 'zh') => (link: string) =>
  siteLink(link, { file, language, find })

const headings = (text: string): number[] =>
  [...text.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(/^#{1,6}(?= )/gm)].map(([{ length }]) => length)

describe('the pages of the site', () => {
  it('links lead to the page of a text, and to the repository where there is none', () => {
    const guide = from('docs/guides/errors.md', 'en')
    expect(guide('../../packages/bot')).toBe('/packages/bot')
    expect(guide('../../packages/bot/README.md#voice')).toBe('/packages/bot#voice')
    expect(guide('../protocol/02-rest-conventions.md#2-9')).toBe('/protocol/02-rest-conventions#2-9')
    expect(guide('https://github.com/qqkit/qqkit/blob/main/docs/adr/README.md')).toBe('/adr/')
    expect(guide('../../packages/bot/src/bot.ts')).toBe(
      'https://github.com/qqkit/qqkit/blob/main/packages/bot/src/bot.ts',
    )
    expect(from('apps/agent/README.md', 'en')('deploy/README.md')).toBe('/templates/deploy')
    expect(guide('https://q.qq.com')).toBe('https://q.qq.com')
    expect(guide('#one')).toBe('#one')
  })

  it('links keep the language of their page, except to the text in the other one and to its headings', () => {
    const chinese = from('docs/guides/errors.zh-CN.md', 'zh')
    expect(chinese('errors.md')).toBe('/guide/errors')
    expect(from('docs/guides/errors.md', 'en')('errors.zh-CN.md')).toBe('/zh/guide/errors')
    expect(chinese('../../packages/bot')).toBe('/zh/packages/bot')
    expect(chinese('../protocol/02-rest-conventions.md#2-9')).toBe('/zh/protocol/02-rest-conventions#2-9')
    expect(chinese('../../packages/bot/README.md#voice')).toBe('/packages/bot#voice')
  })

  it('code keeps its links, and comments are left out', () => {
    const where = { file: 'README.md', language: 'en', find } as const
    const text =
      '<!-- given: x -->\n\n```md\n[a](packages/bot)\n```\n`[a](b)` [`bot`](packages/bot)\n\n[x]: docs/adr'
    expect(rewriteLinks(text, where)).toBe(
      '```md\n[a](packages/bot)\n```\n`[a](b)` [`bot`](/packages/bot)\n\n[x]: /adr/',
    )
  })

  it('every page of the repository is on the site, in both languages, with the same headings', () => {
    const texts = textsBelow(root).map(({ file }) => file)
    const missing = texts.filter(
      (file) =>
        /^(?:README|docs\/.*|packages\/[^/]+\/README|apps\/[^/]+\/README)\.md$/.test(file) &&
        !pagesOf([file]).length,
    )
    expect(missing.filter((file) => !file.endsWith('.zh-CN.md'))).toEqual([])
    const english = [...written.keys()].filter((file) => !file.startsWith('zh/'))
    expect(english.filter((file) => !written.has(`zh/${file}`))).toEqual([])
    // The figures of the benchmarks stand in the English page alone.
    const different = english.filter(
      (file) =>
        file !== 'about/benchmarks.md' &&
        headings(written.get(file) ?? '').join(' ') !== headings(written.get(`zh/${file}`) ?? '').join(' '),
    )
    expect(different).toEqual([])
    expect(sidebar.zh.map(({ items }) => items.length)).toEqual(sidebar.en.map(({ items }) => items.length))
    for (const { text, link } of [...sidebar.en, ...sidebar.zh].flatMap(({ items }) => items))
      expect(text, link).not.toBe('')
  })

  it('the Chinese side has Chinese titles, and headings of the reference keep their anchors', () => {
    const named = sidebar.zh.filter(({ name }) => !['packages', 'templates', 'api'].includes(name))
    for (const { text, link } of named.flatMap(({ items }) => items))
      expect(text, link).toMatch(/\p{Script=Han}/u)
    const gateway = written.get('zh/protocol/03-websocket-gateway.md')
    expect(gateway).toContain('<a id="3-4"></a>\n\n## 3.4 心跳 {#34-heartbeat}')
    expect(written.get('zh/adr/0037-metrics-are-a-recipe.md')).toMatch(/^# 0037 \p{Script=Han}/u)
    expect(written.get('zh/about/architecture.md')).toContain('## 三段旅程 {#three-journeys}')
    const sections = [...written].filter(([file]) => /^zh\/protocol\/\d/.test(file))
    const english = sections.flatMap(([file, text]) =>
      [...text.matchAll(/^#{1,3} \d+\.\d* .*$/gm)].flatMap(([line]) =>
        line.includes('{#') ? [] : [`${file} ${line}`],
      ),
    )
    expect(english).toEqual([])
  })

  it('each number of the tables has a page that says what it means, what to do and what the client does', () => {
    const [english, chinese] = [errorPages(facts, codes, 'en'), errorPages(facts, codes, 'zh')]
    for (const code of [...Object.keys(facts.errorCodes), ...Object.keys(facts.closeCodes)]) {
      const page = chinese.get(`errors/${code}`) ?? ''
      const { zh } = facts.errorCodes[Number(code)] ?? facts.closeCodes[Number(code)]?.meaning ?? { zh: '?' }
      expect(page.replaceAll('\\', ''), code).toContain(zh.replaceAll('<', '&lt;'))
      expect(english.has(`errors/${code}`), code).toBe(true)
      expect(english.get('errors/index')).toContain(`[${code}](./${code})`)
    }
    expect(chinese.get('errors/40034005')).toContain("`code: 'anchor_refused'`")
    expect(english.get('errors/22009')).toContain("`code: 'rate_limited'`")
    expect(english.get('errors/4009')).toContain('resumes the session')
    expect(english.get('errors/4014')).toContain('the bot stops')
  })

  it.each([
    ['en', 'What happened', 'What you can do', /[a-z]{2}/],
    ['zh', '发生了什么', '怎么办', /\p{Script=Han}/u],
  ] as const)(
    'each code of our errors and findings has a place that says what happened and what to do (%s)',
    (language, what, advice, words) => {
      const errors = errorPages(facts, codes, language)
      const list = errors.get('errors/index') ?? ''
      const part = (section: string, name: string): string =>
        new RegExp(String.raw`\*\*${name}\*\*([\s\S]*?)(?:\n\n\*\*|$)`).exec(section)?.[1] ?? ''
      for (const { code, home } of codes) {
        const [, after = ''] = (errors.get(`errors/${home}`) ?? '').split(`## \`${code}\`\n`)
        const section = after.split('\n## ')[0] ?? ''
        expect(part(section, what), code).toMatch(words)
        expect(part(section, advice), code).toMatch(words)
        expect(list).toContain(`[\`${code}\`](./${home}#${code.toLowerCase()})`)
      }
    },
  )

  it('codes are found in every way that the sources write them', () => {
    const of = (code: string) =>
      codes.filter((one) => one.code === code).map(({ home, by }) => `${home} ${by}`)
    // A table of misuses, a union, a computed name, a table of the client, a field of a class, an override, a pair, a warning.
    expect(of('next_called_twice')).toContain('bot BotError')
    expect(of('gateway_store_unusable')).toContain('gateway GatewayError')
    expect(of('webhook_forged')).toContain('webhook QqkitError')
    expect(of('token_rate_limited')).toContain('rest TokenError')
    expect(of('anchor_refused')).toContain('rest RestError')
    expect(of('invalid_options')).toContain('reconnect-policy PolicyError')
    expect(of('proactive_refused')).toContain('rest RestError')
    expect(of('maybe_sent')).toContain('bot RestError')
    expect(of('redis_torn_tail')).toContain('redis RedisFinding')
    expect(of('QQKIT_DESK_OPEN')).toContain('simulator Warning')
  })

  it('a number leads to the code that its error has, and the code to its numbers', () => {
    expect(written.get('errors/40034005.md')).toContain('(./rest#anchor_refused)')
    const [, anchors = ''] = (written.get('errors/rest.md') ?? '').split('## `anchor_refused`')
    expect(anchors.split('\n## ')[0]).toContain('[40034005](./40034005)')
    const [, closed = ''] = (written.get('errors/gateway.md') ?? '').split('## `gateway_closed`')
    expect(closed.split('\n## ')[0]).toContain('[4914](./4914)')
  })

  it('sentences that stand in the site alone are used', () => {
    const used = new Set(codes.flatMap(({ home, code }) => [code, `${home}/${code}`]))
    expect(Object.keys(WORDS_OF_CODES).filter((code) => !used.has(code))).toEqual([])
    const said = codes.flatMap(({ messages }) => messages).join('\n')
    expect(Object.keys(CHINESE).filter((text) => !said.includes(text))).toEqual([])
  })

  it('the plot of a night has a row for each disconnect', () => {
    const steps = facts.badNight()
    const plot = nightPlot(steps, 'en')
    for (const { disconnect } of steps) expect(plot).toContain(`>${disconnect.cause}<`)
    expect(plot.match(/class="connected"/g)).toHaveLength(steps.length + 1)
  })
})

describe('the check of the built site', () => {
  const built = (files: Record<string, string>) => builtFaults(new Map(Object.entries(files)))

  it('passes links to pages and headings', () => {
    const page =
      '<h2 id="一">x</h2><a href="/b/#%E4%B8%80">x</a><a href="./b/">x</a><a href="#一">x</a><a href="https://q.qq.com">x</a>'
    expect(built({ 'a.html': page, 'b/index.html': page.replaceAll('./b/', './') })).toEqual([])
  })

  it('below a path of its host, passes links and files below it, and fails on all others', () => {
    const page =
      '<script src="/qqkit/assets/a.js"></script><a href="/qqkit/">x</a><a href="/qqkit/b#c">x</a><a href="./b">x</a>'
    const files = { 'index.html': page, 'assets/a.js': '', 'b.html': '<h2 id="c">x</h2>' }
    const below = (all: Record<string, string>) =>
      builtFaults(new Map(Object.entries(all)), { base: '/qqkit/' })
    expect(below(files)).toEqual([])
    expect(below({ ...files, 'a.html': '<a href="/b">x</a>' })).toHaveLength(1)
    expect(below({ ...files, 'a.html': '<script src="/assets/a.js"></script>' })).toHaveLength(1)
    expect(below({ ...files, 'a.html': '<a href="../b">x</a>' })).toHaveLength(1)
    expect(baseOf([])).toBe('/')
    expect(baseOf(['--base', 'qqkit'])).toBe('/qqkit/')
    expect(baseOf(['--base', '/'])).toBe('/')
  })

  it('fails on a link of the list for language models that leads nowhere', () => {
    const place = { base: '/qqkit/', files: new Set(written.keys()) }
    const text = llmsText(sidebar.en, '', place.base)
    expect(llmsFaults(text, place)).toEqual([])
    expect(llmsFaults(text, { ...place, base: '/' }).length).toBeGreaterThan(10)
  })

  it('fails on a link to a page or heading that is not there', () => {
    expect(built({ 'a.html': '<a class="x" href="/c.html">x</a>' })).toHaveLength(1)
    expect(built({ 'a.html': '<a href="#no">x</a>' })).toHaveLength(1)
    expect(built({ 'zh/a.html': '<a href="b">x</a>', 'b.html': '' })).toHaveLength(1)
  })

  it.each([
    ['a.html', '<script src="https://cdn.example.com/x.js">'],
    ['a.html', '<img alt="x" src="//example.com/x.png">'],
    ['a.html', '<link rel="stylesheet" href="https://fonts.example.com/css">'],
    ['a.css', "@import url('https://fonts.example.com/css')"],
    ['a.css', 'a{background:url(https://example.com/a.png)}'],
    ['a.js', 'fetch("https://example.com")'],
    ['a.js', "import('https://example.com/a.js')"],
  ])('fails when %s has %s', (file, text) => {
    expect(built({ [file]: text })).toHaveLength(1)
  })
})
