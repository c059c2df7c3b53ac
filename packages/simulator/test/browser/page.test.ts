import type { Locator } from 'playwright-core'
import { describe, expect, it, onTestFinished } from 'vitest'

import { pageStage } from '../support/page-stage.js'
import { startScriptedBot, type Heard } from '../support/scripted-bot.js'

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

describe('the page in a real browser', { timeout: 60_000 }, () => {
  const stage = pageStage(answer, { heartbeatInterval: 250, live: { typingCounts: 'no' } })

  /** A bubble of the bot with this text. */
  const botSays = (text: string): Locator => stage.botSays(text).last()

  const presence = (text: string): Locator => stage.page.getByRole('status').filter({ hasText: text })

  it('SM-06 a message is answered, a button is pressed, a dropped connection recovers and answers again', async () => {
    const { page, bot } = stage
    await presence('Bot connected').waitFor()
    await stage.say('hello')
    await botSays('you said: hello').waitFor()
    await stage.say('menu')
    await botSays('Menu').getByRole('heading', { name: 'Menu' }).waitFor()
    await page.getByRole('button', { name: 'Tea' }).click()
    await botSays('you said: choose tea').waitFor()
    await page.getByRole('button', { name: 'Tea chosen Acknowledged' }).waitFor()
    await page.getByRole('button', { name: 'Drop connection' }).click()
    await page.getByText('The bot reconnected and resumed its session').waitFor()
    await presence('Bot connected').waitFor()
    expect(bot.events).toContain('RESUMED')
    await stage.say('still there?')
    await botSays('you said: still there?').waitFor()
    expect(stage.opened.complaints).toEqual([])
    expect(stage.opened.strayed).toEqual([])
  })

  it('SM-02 a fault can be switched on, seen and cleared, and a late reply is marked', async () => {
    const { page, sim } = stage
    await page.getByRole('tab', { name: 'Faults' }).click()
    await page.getByText('API calls').click()
    await page.getByRole('button', { name: 'Switch on: Reply expired' }).click()
    const on = page.getByRole('region', { name: 'Switched on' })
    await on.getByText('1 left').waitFor()
    await stage.say('slow')
    await botSays('late: slow').waitFor()
    await page.locator('[data-from="bot"]').filter({ hasText: 'late: slow' }).getByText('Proactive').waitFor()
    await on.getByText('struck 1 ×').waitFor()
    await page.getByRole('button', { name: 'Dismiss' }).click()
    await page.getByText('Nothing is broken right now.').waitFor()

    await page.getByRole('button', { name: /^Slow answer/ }).click()
    await page.getByRole('button', { name: 'Until cleared' }).click()
    await page.getByRole('button', { name: 'Switch on: Slow answer' }).click()
    await on.getByText('until cleared').waitFor()
    expect(sim.faults.armed()).toMatchObject([
      { spec: { times: 'forever', do: { kind: 'delay', ms: 3000 } } },
    ])
    await page.getByRole('button', { name: 'Clear', exact: true }).click()
    await page.getByText('Nothing is broken right now.').waitFor()
    expect(sim.faults.armed()).toEqual([])
  })

  it('SM-06 messages during a disconnect are answered after the reconnect', async () => {
    const { page, sim } = stage
    await stage.say('one')
    await botSays('you said: one').waitFor()
    // The new connection gets no HELLO; the one after it does.
    sim.faults.add({ on: 'connect', do: { kind: 'ignore' } })
    await page.getByRole('button', { name: 'Drop connection' }).click()
    await presence('A bot is connecting…').waitFor()
    await stage.say('two')
    await page.locator('[data-from="person"] .bubble').filter({ hasText: 'two' }).waitFor()
    expect(await stage.botSays('you said: two').count()).toBe(0)
    await page.getByRole('button', { name: 'Drop connection' }).click()
    await botSays('you said: two').waitFor()
  })

  it('SM-06 every scene works, and rooms and people can be added', async () => {
    const { page, sim } = stage
    for (const room of ['friends', 'general', 'dan']) {
      await stage.enter(room)
      await stage.say(`hi from ${room}`)
      await botSays(`you said: hi from ${room}`).waitFor()
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
    await stage.say('hi')
    await botSays('you said: hi').waitFor()
    const said = sim.log.of('message').filter(({ direction, peer }) => direction === 'in' && peer === 'lab')
    expect(said.map(({ author }) => author)).toEqual(['fred'])
  })

  it('a bot’s HTML and script links stay text', async () => {
    await stage.say('menu')
    const bubble = botSays('Menu')
    await bubble.waitFor()
    expect(await bubble.innerText()).toContain('<img src=x onerror=alert(1)>')
    expect(await bubble.locator('img, a').count()).toBe(0)
  })

  it('the feed opens to raw JSON, filters, pauses and hides heartbeats', async () => {
    const { page } = stage
    await page.getByRole('tab', { name: 'Wire' }).click()
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
    const { page, sim: simulator } = stage
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
    expect(stage.opened.complaints).toEqual([])
  })

  it('can be used with the keyboard alone on a narrow screen', async () => {
    const { page } = stage
    await stage.fit(390)
    await page.getByRole('navigation').getByRole('button', { name: 'Chats' }).press('Enter')
    await page.getByRole('button', { name: /^dan/ }).press('Enter')
    await page.getByRole('button', { name: 'Skip the messages' }).press('Enter')
    await page.keyboard.type('by keyboard')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await botSays('you said: by keyboard').waitFor()
    await page.getByRole('navigation').getByRole('button', { name: 'Wire & faults' }).press('Enter')
    await page.getByRole('tab', { name: 'Wire' }).press('Enter')
    await page.getByRole('tab', { name: 'Wire' }).press('ArrowRight')
    await page.getByRole('tab', { name: 'Faults', selected: true }).waitFor()
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
  })

  it('shows a newcomer the connection data in the browser’s language, which can be switched', async () => {
    const sim = await stage.simulator()
    const { page, complaints } = await stage.open(sim, { locale: 'zh-CN', colorScheme: 'dark' })
    await page.getByRole('heading', { name: '还没有机器人连接' }).waitFor()
    for (const value of [sim.credentials.appId, sim.url, sim.tokenUrl, sim.credentials.secret])
      await page.getByText(value, { exact: true }).waitFor()
    await page.getByRole('button', { name: 'EN', exact: true }).click()
    await page.getByRole('heading', { name: 'No bot connected yet' }).waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('en')
    expect(complaints).toEqual([])
  })

  it('never shows a chosen secret', async () => {
    const sim = await stage.simulator({ appId: '102009999', secret: 'chosen-by-a-person' })
    const { page } = await stage.open(sim)
    await page.getByText(sim.credentials.appId, { exact: true }).waitFor()
    expect(await page.content()).not.toContain('chosen-by-a-person')
    expect(await page.getByText('The secret you gave the simulator').count()).toBe(1)
  })

  it('reconnects to the simulator after a restart', async () => {
    const first = await stage.simulator()
    const { page } = await stage.open(first)
    await page.getByRole('heading', { name: 'No bot connected yet' }).waitFor()
    await first.close()
    await page.getByText('The simulator does not answer. Reconnecting…').waitFor()
    const second = await stage.simulator({ port: Number(new URL(first.url).port) })
    await page.getByText('The simulator does not answer. Reconnecting…').waitFor({ state: 'hidden' })
    const bot = await startScriptedBot(second, answer)
    onTestFinished(async () => bot.close())
    await page.getByRole('status').filter({ hasText: 'Bot connected' }).waitFor()
  })
})
