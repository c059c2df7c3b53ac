import process from 'node:process'

import { chromium, type Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { startExample, type ExampleProcess } from './example-process.js'

const PATIENCE = 60_000

/** The Chromium that `CHROMIUM_PATH` names; without it the Chrome that is installed. */
const launch = async (): Promise<Browser> => {
  const executablePath = process.env.CHROMIUM_PATH
  return chromium.launch({
    ...(executablePath ? { executablePath } : { channel: 'chrome' }),
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  })
}

describe('the page of the example in a real browser', { timeout: PATIENCE }, () => {
  let browser: Browser
  let example: ExampleProcess

  beforeAll(async () => {
    example = startExample({})
    browser = await launch()
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
