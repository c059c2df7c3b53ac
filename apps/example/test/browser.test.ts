import { existsSync } from 'node:fs'
import process from 'node:process'

import { chromium, type Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { startExample, type ExampleProcess } from './example-process.js'

const PATIENCE = 60_000

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
]

/** A Chromium of this machine. Without one the test fails, since it would prove nothing. */
const findChromium = (): string => {
  const named = process.env.CHROMIUM_PATH
  const found = (named ? [named] : PLACES).find((place) => existsSync(place))
  if (found !== undefined) return found
  throw new Error(
    'No Chromium found. On Debian or Ubuntu: apt-get install -y --no-install-recommends chromium. ' +
      'Anywhere else, name one with CHROMIUM_PATH.',
  )
}

describe('the page of the example in a real browser', { timeout: PATIENCE }, () => {
  let browser: Browser
  let example: ExampleProcess

  beforeAll(async () => {
    example = startExample({})
    browser = await chromium.launch({
      executablePath: findChromium(),
      args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
    })
  }, PATIENCE)

  afterAll(async () => {
    await browser?.close()
    example.kill()
    await example.ended
  })

  it('answers a message, survives a dropped connection by itself, and answers again', async () => {
    const [address] = await example.until(/http:\/\/127\.0\.0\.1:\d+/)
    await example.until(/Now you/)
    const context = await browser.newContext({ locale: 'en-US' })
    context.setDefaultTimeout(20_000)
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('pageerror', (error) => complaints.push(String(error)))
    await page.goto(address)

    const say = async (text: string): Promise<void> => {
      await page.getByRole('textbox', { name: 'Message to the bot' }).fill(text)
      await page.keyboard.press('Enter')
      await page
        .locator('[data-from="bot"] .bubble')
        .filter({ hasText: `You said: ${text}` })
        .waitFor()
    }

    await say('hello from the page')
    await page.getByRole('button', { name: 'Drop connection' }).click()
    await page.getByText('The bot reconnected and resumed its session').waitFor()
    await say('are you still there?')
    expect(complaints).toEqual([])
    expect(example.output()).toContain('You said: are you still there?')
  })
})
