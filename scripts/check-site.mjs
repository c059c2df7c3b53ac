// Opens the built site in a Chromium, as people see it: every page on a phone in the dark, some on a light desktop, in both languages.
// Fails on a request to another address, an error of a page, a phone page that is wider than its screen, and a search that does not
// find what it should. `pnpm site` builds it; both take `--base /qqkit/`. `pnpm soak` calls this.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import path from 'node:path'
import process from 'node:process'

import { chromium as browser } from 'playwright-core'

import { chromium, ensureProgram } from './ensure-program.mjs'
import { baseOf } from './site/base.mjs'

const html = path.join(path.dirname(import.meta.dirname), 'site', 'dist', 'html')
const root = baseOf(process.argv.slice(2))

const TYPES = new Map([
  ['.html', 'text/html'],
  ['.js', 'text/javascript'],
  ['.css', 'text/css'],
  ['.svg', 'image/svg+xml'],
])

const ALL = readdirSync(html, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.html'))
  .map((file) => file.split(path.sep).join('/'))

/** One page of each form. */
const FORMS = [
  'index.html',
  'guide/staying-connected.html',
  'guide/replying.html',
  'guide/coming-from.html',
  'packages/gateway.html',
  'errors/40034005.html',
  'errors/rest.html',
  'errors/index.html',
  'api/bot.html',
  'about/architecture.html',
  'protocol/05-rest-endpoints.html',
].flatMap((file) => [file, `zh/${file}`])

/** What people look for, and the page that has to be among the first three hits. */
const SEARCHES = [
  ['', '40034005', 'errors/40034005.html'],
  ['', 'anchor_refused', 'errors/rest.html#anchor_refused'],
  ['', 'stream', 'guide/streaming.html'],
  ['', 'webhook', 'guide/webhook.html'],
  ['', '@qqkit/bot', 'packages/bot.html'],
  ['zh/', '40034005', 'zh/errors/40034005.html'],
  ['zh/', 'redis_torn_tail', 'zh/errors/redis.html#redis_torn_tail'],
  ['zh/', '重连', 'zh/guide/staying-connected.html'],
  ['zh/', 'stream', 'zh/guide/streaming.html'],
  ['zh/', 'redis', 'zh/packages/redis.html'],
  ['zh/', '按钮', 'zh/guide/buttons-and-asking.html'],
]

const VIEWS = /** @type {const} */ ([
  { name: 'phone, dark', viewport: { width: 390, height: 844 }, colorScheme: 'dark', files: ALL },
  { name: 'desktop, light', viewport: { width: 1280, height: 900 }, colorScheme: 'light', files: FORMS },
])

const server = createServer((request, response) => {
  const asked = decodeURI((request.url ?? '/').split('?')[0] ?? '/')
  const below = asked.startsWith(root) ? asked.slice(root.length) : 'outside'
  const file = path.join(html, below === '' || below.endsWith('/') ? `${below}index.html` : below)
  if (!file.startsWith(html) || !existsSync(file)) {
    response.writeHead(404).end()
    return
  }
  response.writeHead(200, { 'content-type': TYPES.get(path.extname(file)) ?? 'text/plain' })
  response.end(readFileSync(file))
})
await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
const address = server.address()
const host = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`

/** @type {string[]} */
const faults = []
const executablePath = ensureProgram(chromium)
if (executablePath === null) throw new Error('there is no Chromium: install one, or set CHROMIUM_PATH')
const program = await browser.launch({ executablePath, args: ['--no-sandbox'] })

/** A tab in a view that tells of its faults, and its function to open a page. @param {(typeof VIEWS)[number]} view */
const tabIn = async ({ name, viewport, colorScheme }) => {
  const page = await program.newPage({ viewport, colorScheme })
  let place = ''
  const at = (/** @type {string} */ fault) => void faults.push(`${place} (${name}): ${fault}`)
  page.on('request', (request) => {
    if (!/^(?:data|blob):/.test(request.url()) && !request.url().startsWith(host + root))
      at(`asks ${request.url()}`)
  })
  page.on('pageerror', (error) => at(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error') at(message.text())
  })
  const open = async (/** @type {string} */ file) => {
    place = file
    await page.goto(host + root + file, { waitUntil: 'load' })
  }
  return { page, at, open }
}

try {
  for (const view of VIEWS) {
    const { page, at, open } = await tabIn(view)
    for (const file of view.files) {
      await open(file)
      const wide = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
      if (Number(wide) > 0) at(`is ${wide} px wider than the screen`)
    }
    await page.close()
  }
  for (const [from = '', words = '', wanted = ''] of SEARCHES) {
    const { page, at, open } = await tabIn(VIEWS[1])
    await open(from)
    await page.waitForLoadState('networkidle')
    await page.keyboard.press('Control+k')
    await page.fill('.search-input', words)
    await page.waitForSelector(`.result[href^="${root}${wanted}"]`, { timeout: 60_000 }).catch(() => {})
    const hits = await page.$$eval('.result', (all) =>
      all.slice(0, 3).map((one) => one.getAttribute('href') ?? ''),
    )
    if (!hits.some((hit) => hit.startsWith(root + wanted)))
      at(`"${words}" finds ${hits.join(', ') || 'nothing'}`)
    await page.close()
  }
} finally {
  await program.close()
  server.close()
}
for (const fault of faults) console.error(fault)
if (faults.length > 0) process.exitCode = 1
else console.log(`${ALL.length} pages on a phone, ${FORMS.length} on a desktop, ${SEARCHES.length} searches.`)
