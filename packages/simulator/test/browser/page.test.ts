import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import { startSimulator, type SocketSimulator } from '../../src/index.js'
import { buildPage } from '../support/build-page.js'
import { launchChromium, openPage, type OpenPage } from '../support/open-page.js'
import { startScriptedBot, type Heard, type ScriptedBot } from '../support/scripted-bot.js'

const MENU = {
  msg_type: 2,
  markdown: { content: '# Menu\n\nPick **one**: <img src=x onerror=alert(1)> [no](javascript:alert(1))' },
  keyboard: {
    content: {
      rows: [
        {
          buttons: [
            {
              id: 'tea',
              render_data: { label: 'Tea', visited_label: 'Tea chosen', style: 1 },
              action: { type: 1, data: 'choose tea', permission: { type: 2 } },
            },
          ],
        },
      ],
    },
  },
}

/** The answers of the scripted bot; a reply that was refused as expired is resent without its anchor. */
const answer = async ({ text, send }: Heard): Promise<void> => {
  if (text === 'menu') await send(MENU)
  else if (!(await send({ content: `you said: ${text}` }))) {
    await send({ content: `late: ${text}`, msg_id: undefined, msg_seq: undefined })
  }
}

const PATIENCE = 60_000

describe('the page in a real browser', { timeout: PATIENCE }, () => {
  // Promises, so that a missing browser or a broken build fails every test by name instead of the file as a whole.
  let browser: Promise<Browser>
  let built: ReturnType<typeof buildPage>
  let sim: SocketSimulator | null = null
  let bot: ScriptedBot | null = null
  let opened: OpenPage | null = null

  beforeAll(async () => {
    browser = launchChromium()
    built = buildPage()
    await Promise.allSettled([browser, built])
  }, 60_000)

  afterAll(async () => {
    await Promise.allSettled([browser.then((it) => it.close()), built.then((it) => it.remove())])
  })

  afterEach(async () => {
    await opened?.close()
    await bot?.close()
    await sim?.close()
    opened = null
    bot = null
    sim = null
  })

  const start = async (options: Parameters<typeof startSimulator>[0] = {}): Promise<SocketSimulator> => {
    sim = await startSimulator({ page: { assets: (await built).folder }, ...options })
    return sim
  }

  const open = async (options: Parameters<typeof openPage>[2] = {}): Promise<Page> => {
    if (!sim) throw new Error('start the simulator first')
    opened = await openPage(await browser, sim.url, options)
    return opened.page
  }

  const say = async (page: Page, text: string): Promise<void> => {
    await page.getByRole('textbox', { name: 'Message to the bot' }).fill(text)
    await page.keyboard.press('Enter')
  }

  /** A bubble of the bot with this text. */
  const botSays = (page: Page, text: string): Locator =>
    page.locator('[data-from="bot"] .bubble').filter({ hasText: text })

  const presence = (page: Page, text: string): Locator => page.getByRole('status').filter({ hasText: text })

  it('SM-06 a message is answered, a button is pressed, a dropped connection recovers and answers again', async () => {
    const simulator = await start()
    bot = await startScriptedBot(simulator, answer)
    const page = await open()
    await presence(page, 'Bot connected').waitFor()

    await say(page, 'hello')
    await botSays(page, 'you said: hello').waitFor()

    await say(page, 'menu')
    await botSays(page, 'Menu').getByRole('heading', { name: 'Menu' }).waitFor()
    await page.getByRole('button', { name: 'Tea' }).click()
    await botSays(page, 'you said: choose tea').waitFor()
    await page.getByRole('button', { name: 'Tea chosen Acknowledged' }).waitFor()

    await page.getByRole('button', { name: 'Drop connection' }).click()
    await page.getByText('The bot reconnected and resumed its session').waitFor()
    await presence(page, 'Bot connected').waitFor()
    expect(bot.events).toContain('RESUMED')

    await say(page, 'still there?')
    await botSays(page, 'you said: still there?').waitFor()
    expect(opened?.complaints).toEqual([])
    expect(opened?.strayed).toEqual([])
  })

  it('SM-06 messages during a disconnect are answered after the reconnect', async () => {
    const simulator = await start()
    bot = await startScriptedBot(simulator, answer)
    const page = await open()
    await say(page, 'one')
    await botSays(page, 'you said: one').waitFor()
    // The new connection gets no HELLO; the one after it does.
    simulator.faults.add({ on: 'connect', do: { kind: 'ignore' } })
    await page.getByRole('button', { name: 'Drop connection' }).click()
    await presence(page, 'A bot is connecting…').waitFor()
    await say(page, 'two')
    await page.locator('[data-from="person"] .bubble').filter({ hasText: 'two' }).waitFor()
    await page.getByRole('button', { name: 'Drop connection' }).click()
    await botSays(page, 'you said: two').waitFor()
  })

  it('SM-06 every scene works, and rooms and people can be added', async () => {
    const simulator = await start()
    bot = await startScriptedBot(simulator, answer)
    const page = await open()
    for (const room of ['friends', 'general', 'dan']) {
      await page.getByRole('button', { name: new RegExp(`^${room}`) }).click()
      await say(page, `hi from ${room}`)
      await botSays(page, `you said: hi from ${room}`).waitFor()
    }
    await page.getByRole('button', { name: 'New conversation' }).click()
    await page.getByRole('combobox', { name: 'Kind' }).selectOption('group')
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('lab')
    await page.getByLabel('Speaker').fill('eve')
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    await page.getByRole('button', { name: 'Add a person' }).click()
    await page.getByLabel('Name of the new person').fill('fred')
    await page.keyboard.press('Enter')
    await page.getByRole('option', { name: 'fred', selected: true }).waitFor({ state: 'attached' })
    await say(page, 'hi')
    await botSays(page, 'you said: hi').waitFor()
    const said = simulator.log
      .of('message')
      .filter(({ direction, peer }) => direction === 'in' && peer === 'lab')
    expect(said.map(({ author }) => author)).toEqual(['fred'])
  })

  it('SM-02 a fault can be switched on, seen and cleared, and a late reply is marked', async () => {
    const simulator = await start()
    bot = await startScriptedBot(simulator, answer)
    const page = await open()
    await page.getByRole('tab', { name: 'Faults' }).click()
    await page.getByText('API calls').click()
    await page.getByRole('button', { name: 'Switch on: Reply expired' }).click()
    await page.getByRole('region', { name: 'Switched on' }).getByText('1 left').waitFor()
    await say(page, 'slow')
    await botSays(page, 'late: slow').waitFor()
    await page.locator('[data-from="bot"]').filter({ hasText: 'late: slow' }).getByText('Proactive').waitFor()
    await page.getByRole('region', { name: 'Switched on' }).getByText('struck 1 ×').waitFor()
    await page.getByRole('button', { name: 'Dismiss' }).click()
    await page.getByText('Nothing is broken right now.').waitFor()

    await page.getByRole('button', { name: /^Slow answer/ }).click()
    await page.getByRole('button', { name: 'Until cleared' }).click()
    await page.getByRole('button', { name: 'Switch on: Slow answer' }).click()
    await page.getByRole('region', { name: 'Switched on' }).getByText('until cleared').waitFor()
    expect(simulator.faults.armed()).toMatchObject([
      { spec: { times: 'forever', do: { kind: 'delay', ms: 3000 } } },
    ])
    await page.getByRole('button', { name: 'Clear', exact: true }).click()
    await page.getByText('Nothing is broken right now.').waitFor()
    expect(simulator.faults.armed()).toEqual([])
  })

  it('a bot’s HTML and script links stay text', async () => {
    const simulator = await start()
    bot = await startScriptedBot(simulator, answer)
    const page = await open()
    await say(page, 'menu')
    const bubble = botSays(page, 'Menu')
    await bubble.waitFor()
    expect(await bubble.innerText()).toContain('<img src=x onerror=alert(1)>')
    expect(await bubble.locator('img, a').count()).toBe(0)
  })

  it('the feed opens to raw JSON, filters, pauses and hides heartbeats', async () => {
    const simulator = await start({ heartbeatInterval: 250 })
    bot = await startScriptedBot(simulator, answer)
    const page = await open()
    const feed = page.getByRole('region', { name: 'Frames and calls' })
    await feed.getByRole('button', { name: /READY/ }).click()
    await feed.getByText('"session_id"').waitFor()
    expect(await feed.getByText('HEARTBEAT', { exact: true }).count()).toBe(0)
    await page.getByLabel('Heartbeats').check()
    await feed.getByText('HEARTBEAT', { exact: true }).first().waitFor()
    await page.getByRole('button', { name: 'Pause' }).click()
    const lines = await feed.getByRole('listitem').count()
    await page.getByText(/\d+ new/).waitFor()
    expect(await feed.getByRole('listitem').count()).toBe(lines)
    await page.getByRole('button', { name: 'Calls', exact: true }).click()
    expect(await feed.getByText('READY').count()).toBe(0)
    await feed.getByText('/app/getAppAccessToken').waitFor()
  })

  it('SM-07 turns live switches on the page, one by one, to a number, and all back', async () => {
    const simulator = await start({ live: { typingCounts: 'no' } })
    const page = await open()
    await page.getByRole('tab', { name: /^Live rules/ }).click()
    const turn = async (name: string, to: string): Promise<void> =>
      page.getByRole('group', { name, exact: true }).getByRole('button', { name: to, exact: true }).click()
    const isAt = async (name: string, at: string): Promise<void> =>
      page
        .getByRole('group', { name, exact: true })
        .getByRole('button', { name: at, exact: true, pressed: true })
        .waitFor()
    const section = page.getByRole('link', { name: '§3.11', exact: true })
    expect(await section.getAttribute('href')).toMatch(/\/docs\/protocol\/03-websocket-gateway\.md#3-11$/)
    await turn('refusedIntents', 'close_4014')
    await isAt('refusedIntents', 'close_4014')
    await turn('streamBytes', 'bytes…')
    await page.getByLabel('streamBytes in bytes').fill('2000')
    await page.keyboard.press('Tab')
    await turn('typingCounts', 'yes')
    await isAt('typingCounts', 'yes')
    expect(simulator.live.all()).toMatchObject({
      refusedIntents: 'close_4014',
      streamBytes: 2000,
      typingCounts: 'yes',
    })
    // The page also shows switches that the program turns.
    simulator.live.set('webhookPut', 'accept')
    await isAt('webhookPut', 'accept')
    await page.getByRole('button', { name: 'Reset all' }).click()
    await isAt('refusedIntents', 'op9')
    expect(simulator.live.all()).toEqual(simulator.live.atStart())
    expect(simulator.live.get('typingCounts')).toBe('no')
    expect(opened?.complaints).toEqual([])
  })

  it('shows a newcomer the connection data in the browser’s language, which can be switched', async () => {
    const simulator = await start()
    const page = await open({ locale: 'zh-CN', colorScheme: 'dark' })
    await page.getByRole('heading', { name: '还没有机器人连接' }).waitFor()
    for (const value of [
      simulator.credentials.appId,
      simulator.url,
      simulator.tokenUrl,
      simulator.credentials.secret,
    ]) {
      await page.getByText(value, { exact: true }).waitFor()
    }
    await page.getByRole('button', { name: 'EN', exact: true }).click()
    await page.getByRole('heading', { name: 'No bot connected yet' }).waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('en')
    expect(opened?.complaints).toEqual([])
  })

  it('never shows a chosen secret', async () => {
    const simulator = await start({ appId: '102009999', secret: 'chosen-by-a-person' })
    const page = await open()
    await page.getByText(simulator.credentials.appId, { exact: true }).waitFor()
    expect(await page.content()).not.toContain('chosen-by-a-person')
    expect(await page.getByText('The secret you gave the simulator').count()).toBe(1)
  })

  it('reconnects to the simulator after a restart', async () => {
    const first = await start()
    const page = await open()
    await page.getByRole('heading', { name: 'No bot connected yet' }).waitFor()
    await first.close()
    await page.getByText('The simulator does not answer. Reconnecting…').waitFor()
    const second = await start({ port: Number(new URL(first.url).port) })
    await page.getByText('The simulator does not answer. Reconnecting…').waitFor({ state: 'hidden' })
    bot = await startScriptedBot(second, answer)
    await presence(page, 'Bot connected').waitFor()
  })

  it('can be used with the keyboard alone on a narrow screen', async () => {
    const simulator = await start()
    bot = await startScriptedBot(simulator, answer)
    const page = await open({ viewport: { width: 390, height: 800 } })
    await page.getByRole('navigation').getByRole('button', { name: 'Chats' }).press('Enter')
    await page.getByRole('button', { name: /^dan/ }).press('Enter')
    await page.getByRole('textbox', { name: 'Message to the bot' }).focus()
    await page.keyboard.type('by keyboard')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await botSays(page, 'you said: by keyboard').waitFor()
    await page.getByRole('navigation').getByRole('button', { name: 'Wire & faults' }).press('Enter')
    await page.getByRole('tab', { name: 'Wire' }).press('ArrowRight')
    await page.getByRole('tab', { name: 'Faults', selected: true }).waitFor()
    const width = await page.evaluate('document.documentElement.scrollWidth')
    expect(width).toBeLessThanOrEqual(390)
  })
})
