import { describe, expect, it } from 'vitest'

import { findTrouble } from '../support/axe.js'
import { pageStage, WIDTHS } from '../support/page-stage.js'
import { png } from '../support/pictures.js'
import type { ScriptedBot } from '../support/scripted-bot.js'
import { showcase } from '../support/showcase.js'

/** Sets a menu for private chats and a panel for groups, as a bot does. */
const offerItems = async (bot: ScriptedBot): Promise<void> => {
  const items = [
    { name: 'Weather', type: 'send_message', send_message: 'what weather?' },
    { name: 'Site', type: 'link', link: 'https://example.test/' },
  ]
  const panel = { scope: 'group', panel: { items: [{ name: '/panel', type: 'command' }] } }
  expect(await bot.call('PUT', '/v2/menu', { menu: { items } })).toBe(200)
  expect(await bot.call('POST', '/v2/panels', panel)).toBe(200)
}

describe('on the page people', { timeout: 60_000 }, () => {
  const stage = pageStage(showcase)

  describe.each(WIDTHS)('%i px wide', (width) => {
    const enter = async (room: string): Promise<void> => {
      await stage.fit(width)
      await stage.enter(room)
      await stage.page.getByRole('heading', { name: room, exact: true }).waitFor()
    }
    const events = (t: string): number => stage.sim.log.of('event').filter((entry) => entry.t === t).length

    it('SM-06 send pictures, voices and files, which the bot can download', async () => {
      const { page, sim } = stage
      await enter('ann')
      await page
        .getByRole('region', { name: 'Chat' })
        .locator('input[type="file"]')
        .setInputFiles([
          { name: 'cat.png', mimeType: 'image/png', buffer: png(40, 30) },
          { name: 'voice.silk', mimeType: 'audio/silk', buffer: Buffer.from('\u0002#!SILK_V3', 'latin1') },
          { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('some notes') },
        ])
      await page.getByText('notes.txt · 10 B').waitFor()
      await page.getByRole('button', { name: 'Do not send notes.txt' }).click()
      await stage.say(`look ${width}`)
      await stage.botSays(`heard: look ${width}`).waitFor()
      const sent = sim.log.of('message').findLast(({ direction }) => direction === 'in')
      expect(sent?.files.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
        'image cat.png',
        'voice voice.silk',
      ])
      const url = sent?.files[0]?.url ?? `${sim.url}/_cos/${sent?.files[0]?.content ?? ''}`
      const answer = await fetch(url)
      expect([answer.headers.get('content-type'), answer.status]).toEqual(['image/png', 200])
      expect(sent?.payload).toMatchObject({
        attachments: [{ width: 40, height: 30 }, { content_type: 'voice' }],
      })
    })

    it('SM-06 record a voice, or hear why they cannot', async () => {
      const { page, sim } = stage
      await enter('ann')
      await page.getByRole('button', { name: 'Record a voice' }).click()
      await page.getByRole('button', { name: 'End the voice' }).click()
      await page.getByText(/^voice\.wav · /).waitFor()
      await page.getByRole('button', { name: 'Send', exact: true }).click()
      const voice = () => sim.log.of('message').findLast(({ direction }) => direction === 'in')
      await expect.poll(() => voice()?.files).toMatchObject([{ kind: 'voice', type: 'audio/wav' }])
      expect(voice()?.payload).toMatchObject({
        attachments: [{ voice_wav_url: expect.any(String) as string }],
      })
      await page.locator('li[data-from="person"] audio').last().waitFor()
      await page.evaluate('navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error("no"))')
      await page.getByRole('button', { name: 'Record a voice' }).click()
      const alert = page.getByRole('alert')
      await alert.getByText('The browser gives no microphone to this page.').waitFor()
      // It stands above the head of the chat, and covers nothing.
      const head = page.locator('.chat-head')
      const [above, below] = await Promise.all([alert.boundingBox(), head.boundingBox()])
      expect((above?.y ?? Infinity) + (above?.height ?? 0)).toBeLessThanOrEqual(below?.y ?? 0)
      await page.getByRole('button', { name: 'Close', exact: true }).click()
      await page.reload()
      expect(stage.opened.complaints).toEqual([])
    })

    it('SM-06 quote, react, take reactions back, and recall', async () => {
      const { page, sim } = stage
      await enter('general')
      await stage.say(`first ${width}`)
      const own = page
        .locator('li[data-from="person"]')
        .filter({ hasText: `first ${width}` })
        .last()
      const answer = page
        .locator('li[data-from="bot"]')
        .filter({ hasText: `heard: first ${width}` })
        .last()
      await answer.getByRole('button', { name: 'Quote' }).click()
      await stage.say(`second ${width}`)
      await page
        .locator('.quote')
        .filter({ hasText: `heard: first ${width}` })
        .last()
        .waitFor()
      expect(sim.log.of('message').findLast(({ direction }) => direction === 'in')?.payload).toHaveProperty(
        'message_reference',
      )
      await answer.getByRole('button', { name: 'React' }).click()
      await answer.getByRole('button', { name: '👍', exact: true }).click()
      const reaction = answer.getByRole('button', { name: '👍 by cat' })
      await reaction.click()
      await reaction.waitFor({ state: 'detached' })
      expect(
        sim.log
          .of('reaction')
          .slice(-2)
          .map(({ change }) => change),
      ).toEqual(['added', 'removed'])
      await own.getByRole('button', { name: 'Recall' }).click()
      await page.locator('li[data-from="person"]').getByText('This message was recalled').last().waitFor()
      expect(sim.log.of('message').at(-1)).toMatchObject({ change: 'recalled', direction: 'in' })
    })

    it('SM-06 speak without a mention, join, leave, add and remove the bot, and let it hear everything', async () => {
      const { page, sim } = stage
      await enter('friends')
      const act = async (name: string): Promise<void> => {
        await page.getByRole('button', { name: 'More in this conversation' }).click()
        await page.getByRole('button', { name, exact: true }).click()
      }
      await page.getByRole('button', { name: '@bot' }).click()
      await stage.say(`unheard ${width}`)
      await page
        .locator('[data-from="person"] .bubble')
        .filter({ hasText: `unheard ${width}` })
        .waitFor()
      await act('The bot hears all messages')
      await stage.say(`overheard ${width}`)
      await stage.botSays(`heard: overheard ${width}`).waitFor()
      expect(await stage.botSays(`unheard ${width}`).count()).toBe(0)
      await act('The bot hears mentions only')
      await page.getByRole('button', { name: '@bot' }).click()
      const joined = events('GROUP_MEMBER_ADD')
      await act('bob leaves')
      await act('bob joins')
      await expect.poll(() => events('GROUP_MEMBER_ADD')).toBe(joined + 1)
      await act('bob removes the bot')
      await page.getByText('The bot is not here. It receives nothing.').waitFor()
      expect(sim.snapshot().peers.find(({ name }) => name === 'friends')?.present).toBe(false)
      await act('bob adds the bot')
      await page.getByText('The bot is not here.').waitFor({ state: 'detached' })
    })

    it('SM-06 use the menu and the panel of the bot', async () => {
      const { page } = stage
      await offerItems(stage.bot)
      await enter('ann')
      await page
        .getByRole('group', { name: 'Menu of the bot' })
        .getByRole('button', { name: 'Weather' })
        .click()
      await stage.botSays('heard: what weather?').last().waitFor()
      expect(await page.getByRole('link', { name: 'Site' }).getAttribute('href')).toBe(
        'https://example.test/',
      )
      await enter('friends')
      await page.getByRole('button', { name: '/panel' }).first().click()
      await stage.botSays('heard: /panel').last().waitFor()
    })

    it('SM-06 bring back what they sent with ArrowUp, and find their rooms read after a reload', async () => {
      const { page } = stage
      await enter('ann')
      const input = page.getByRole('textbox', { name: 'Message to the bot' })
      await stage.say(`one ${width}`)
      await stage.say(`two ${width}`)
      await stage.botSays(`heard: two ${width}`).waitFor()
      await input.press('ArrowUp')
      expect(await input.inputValue()).toBe(`two ${width}`)
      await input.press('ArrowUp')
      expect(await input.inputValue()).toBe(`one ${width}`)
      await input.press('ArrowDown')
      expect(await input.inputValue()).toBe(`two ${width}`)
      await input.fill('')
      for (const room of ['general', 'friends']) await enter(room)
      await page.reload()
      await input.waitFor()
      await stage.show('Chats')
      expect(await page.locator('.unread').count()).toBe(0)
    })

    it('SM-06 tell several bots apart', async () => {
      const { page, sim } = stage
      if (sim.snapshot().bots.length < 2) sim.addBot({ name: 'helper' })
      await stage.fit(width)
      await stage.show('Chats')
      await page.getByRole('button', { name: 'New conversation' }).click()
      await page.locator('.new-room').getByRole('combobox', { name: 'Bot' }).selectOption({ label: 'helper' })
      await page.getByRole('textbox', { name: 'Name', exact: true }).fill(`zoe${width}`)
      await page.getByRole('button', { name: 'Create', exact: true }).click()
      await page.getByRole('heading', { name: `zoe${width}` }).waitFor()
      await stage.say('hello helper')
      await expect
        .poll(() => sim.log.of('message').at(-1))
        .toMatchObject({ bot: '102000002', peer: `zoe${width}`, content: 'hello helper' })
      await page.locator('.chat-head .bot-tag').filter({ hasText: 'helper' }).waitFor()
      await stage.show('Chats')
      await page.locator('.room .bot-tag').filter({ hasText: 'simulated-bot' }).first().waitFor()
      expect(await findTrouble(page)).toEqual([])
      expect(stage.opened.complaints).toEqual([])
      expect(stage.opened.strayed).toEqual([])
    })
  })
})
