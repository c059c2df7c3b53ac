import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

import { findChromium } from './find-chromium.js'

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // A microphone that hums, allowed without a question.
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--no-first-run',
  '--no-default-browser-check',
] as const

export const launchChromium = async (): Promise<Browser> =>
  chromium.launch({ executablePath: findChromium(), args: [...ARGS] })

let shared: Promise<Browser> | undefined

/** One browser for all test files of a worker, whose end ends it. */
export const sharedChromium = (): Promise<Browser> => (shared ??= launchChromium())

/** A page in a fresh browser profile, with records of forbidden incidents. */
export interface OpenPage {
  readonly page: Page
  /** Console errors and uncaught exceptions. */
  readonly complaints: readonly string[]
  /** Requests that left the page's own host. */
  readonly strayed: readonly string[]
  close(): Promise<void>
}

/** Opens `url` in a fresh profile; default: English and light. */
export const openPage = async (
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<OpenPage> => {
  const context = await browser.newContext({
    locale: 'en-US',
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
    ...options,
  })
  // Shorter than the timeout of a test, so that a failure names its line.
  context.setDefaultTimeout(15_000)
  const page = await context.newPage()
  const complaints: string[] = []
  const strayed: string[] = []
  const home = new URL(url).host
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('request', (request) => {
    const to = new URL(request.url())
    if (to.protocol.startsWith('http') && to.host !== home) strayed.push(request.url())
  })
  await page.goto(url)
  await page.getByRole('textbox', { name: /Message to the bot|发给机器人的消息/ }).waitFor()
  return { page, complaints, strayed, close: async () => context.close() }
}
