import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, onTestFinished } from 'vitest'

import { startSimulator, type SocketSimulator } from '../../src/index.js'
import { buildPage } from './build-page.js'
import { openPage, sharedChromium, type OpenPage } from './open-page.js'
import { startScriptedBot, type Heard, type ScriptedBot } from './scripted-bot.js'

/** The widths at which every feature of the page must work: a desktop and a phone. */
export const WIDTHS = [1280, 390] as const

/** One simulator, one bot and one page for a whole file, since starting them costs more than a test. */
export interface PageStage {
  readonly sim: SocketSimulator
  readonly bot: ScriptedBot
  readonly opened: OpenPage
  readonly page: Page
  /** Another simulator without a bot, for the rest of a test. */
  simulator(options?: Parameters<typeof startSimulator>[0]): Promise<SocketSimulator>
  /** Its page, in the same browser. */
  open(sim: SocketSimulator, context?: Parameters<typeof openPage>[2]): Promise<OpenPage>
  /** Makes the window this wide. */
  fit(width: number): Promise<void>
  /** Shows a part of the page, which a narrow window shows alone. */
  show(part: 'Chats' | 'Chat' | 'Wire & faults'): Promise<void>
  /** Opens a conversation by its name. */
  enter(room: string): Promise<void>
  say(text: string): Promise<void>
  /** The bubbles of the bot with this text. */
  botSays(text: string | RegExp): Locator
}

/** Starts a stage before the tests of a file, and ends it after them. */
export const pageStage = (
  answer: (heard: Heard) => Promise<void>,
  options: Parameters<typeof startSimulator>[0] = {},
  context: Parameters<typeof openPage>[2] = {},
): PageStage => {
  let browser: Browser
  let assets: string
  let sim: SocketSimulator
  let bot: ScriptedBot
  let opened: OpenPage

  beforeAll(async () => {
    ;[browser, assets] = await Promise.all([sharedChromium(), buildPage()])
    sim = await startSimulator({ page: { assets }, ...options })
    bot = await startScriptedBot(sim, answer)
    opened = await openPage(browser, sim.url, context)
  }, 60_000)

  afterAll(async () => {
    await opened.close()
    await bot.close()
    await sim.close()
  })

  const isNarrow = (): boolean => (opened.page.viewportSize()?.width ?? 0) <= 820
  const show: PageStage['show'] = async (part) => {
    if (!isNarrow()) return
    await opened.page.getByRole('navigation').getByRole('button', { name: part, exact: true }).click()
  }
  return {
    get sim() {
      return sim
    },
    get bot() {
      return bot
    },
    get opened() {
      return opened
    },
    get page() {
      return opened.page
    },
    simulator: async (more = {}) => {
      const other = await startSimulator({ page: { assets }, ...more })
      onTestFinished(async () => other.close())
      return other
    },
    open: async (other, more) => {
      const page = await openPage(browser, other.url, more)
      onTestFinished(async () => page.close())
      return page
    },
    fit: async (width) => opened.page.setViewportSize({ width, height: 760 }),
    show,
    enter: async (room) => {
      await show('Chats')
      await opened.page.getByRole('button', { name: new RegExp(`^${room}`) }).click()
    },
    say: async (text) => {
      await opened.page.getByRole('textbox', { name: 'Message to the bot' }).fill(text)
      await opened.page.keyboard.press('Enter')
    },
    botSays: (text) => opened.page.locator('[data-from="bot"] .bubble').filter({ hasText: text }),
  }
}
