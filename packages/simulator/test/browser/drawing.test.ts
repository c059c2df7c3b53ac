import type { Locator } from 'playwright-core'
import { describe, expect, it } from 'vitest'

import { findTrouble } from '../support/axe.js'
import { pageStage, WIDTHS } from '../support/page-stage.js'
import { showcase } from '../support/showcase.js'

describe('the page draws', { timeout: 60_000 }, () => {
  const stage = pageStage(showcase, { bot: { privateDomain: true } })

  describe.each(WIDTHS)('%i px wide', (width) => {
    /** Says a text, and waits for the bubble with the answer. */
    const ask = async (text: string, room = 'ann'): Promise<void> => {
      await stage.fit(width)
      const heading = stage.page.getByRole('heading', { name: room, exact: true })
      if (!(await heading.isVisible())) await stage.enter(room)
      await heading.waitFor()
      const answers = stage.page.locator('li[data-from="bot"]')
      const before = await answers.count()
      await stage.say(text)
      if (text !== 'typing') await answers.nth(before).waitFor()
    }

    /** Whether the newest picture has been loaded. */
    const isLoaded = async (): Promise<void> => {
      await expect
        .poll(async () =>
          stage.page
            .locator('img.chat-image')
            .last()
            .evaluate((picture) => (picture as unknown as { naturalWidth: number }).naturalWidth),
        )
        .toBeGreaterThan(0)
    }

    it('SM-06 pictures, also those sent within a form, and loads pictures from elsewhere on request only', async () => {
      await ask('picture')
      await isLoaded()
      await ask('remote')
      await stage.page
        .getByRole('button', { name: /Load the picture from cats\.example\.test/ })
        .last()
        .waitFor()
      for (const room of ['general', 'dan']) {
        await ask('form picture', room)
        await stage.botSays('with a picture').last().waitFor()
        await isLoaded()
      }
      expect(stage.opened.strayed).toEqual([])
    })

    it('SM-06 voices with a player where browsers have one, and videos and files with name, size and download', async () => {
      for (const [kind, name, size] of [
        ['wav', 'hello.wav', '8 KB'],
        ['silk', 'voice.silk', '3 KB'],
        ['video', 'clip.mp4', '4 KB'],
        ['file', 'table.csv', '8 B'],
      ] as const) {
        await ask(kind)
        const bubble = stage.botSays(name).last()
        await bubble.getByText(size, { exact: false }).waitFor()
        expect(await bubble.locator('audio').count()).toBe(kind === 'wav' ? 1 : 0)
        const link = bubble.getByRole('link', { name: `Download ${name}` })
        const answer = await stage.page.request.get(
          new URL((await link.getAttribute('href')) ?? '', stage.sim.url).href,
        )
        expect([answer.status(), (await answer.body()).length > 0]).toEqual([200, true])
      }
    })

    it('SM-06 arks and embeds as cards', async () => {
      await ask('ark')
      const ark = stage.botSays('Three links').last()
      expect(await ark.getByRole('link', { name: 'the first' }).getAttribute('href')).toBe(
        'https://example.test/1',
      )
      await ark.getByText('no link').waitFor()
      await ask('embed', 'general')
      await stage.botSays('Weather').last().getByText('21 °C').waitFor()
    })

    it('SM-06 command links that fill the input or send, and tables that scroll', async () => {
      await ask('markdown')
      const bubble = stage.botSays('Title').last()
      await bubble.getByRole('button', { name: 'Ask for help' }).click()
      const input = stage.page.getByRole('textbox', { name: 'Message to the bot' })
      expect(await input.inputValue()).toBe('/help me')
      await stage.page.getByText(/^Quoting simulated-bot/).waitFor()
      await stage.page.getByRole('button', { name: 'Do not quote' }).click()
      await input.fill('')
      await bubble.getByRole('button', { name: '/now' }).click()
      await stage.botSays('heard: /now').last().waitFor()
      const cell = await bubble.getByRole('cell', { name: 'unbreakable-words' }).boundingBox()
      expect(cell?.height).toBeLessThan(40)
      expect(await stage.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
    })

    it('SM-06 what nests without end or names what objects have, and goes on', async () => {
      const { page, sim, bot } = stage
      await stage.fit(width)
      await stage.enter('ann')
      const place = `/v2/users/${sim.user('ann').id}/messages`
      for (const nested of [
        '> '.repeat(3000),
        '- '.repeat(300),
        '**a _b '.repeat(500),
        '[a]('.repeat(1000),
      ]) {
        const content = `<@constructor> ${nested}the end ${width}\n\n${'> '.repeat(30)}deep\n\n\`\`\`\n${'long '.repeat(99)}\n\`\`\``
        await bot.call('POST', place, { msg_type: 2, markdown: { content } })
      }
      await ask(`still here ${width}`)
      await stage.botSays(`heard: still here ${width}`).waitFor()
      const body = page.locator('.chat-body')
      expect(await body.evaluate((box) => box.scrollWidth - box.clientWidth)).toBeLessThanOrEqual(0)
      expect(await findTrouble(page)).toEqual([])
      await page.reload()
      await stage.botSays(`heard: still here ${width}`).waitFor()
      expect(stage.opened.complaints).toEqual([])
    })

    it('SM-29 posts of a forum as cards, and what happens in an audio channel as lines', async () => {
      const { page, sim, bot } = stage
      await stage.fit(width)
      const [board, radio] = [`board${width}`, `radio${width}`]
      sim.channel(board).create('owner', { type: 10_007 })
      sim.channel(radio).create('owner', { type: 2 })
      const threads = `/channels/${sim.channel(board).id}/threads`
      const post = { title: `News <b>${width}</b>`, content: 'first line\nsecond line', format: 1 }
      expect(await bot.call('PUT', threads, post)).toBe(200)
      const place = `/channels/${sim.channel(radio).id}`
      await bot.call('PUT', `${place}/mic`)
      await bot.call('POST', `${place}/audio`, { audio_url: 'https://x.test/a.mp3', text: 'Tune', status: 0 })
      await bot.call('POST', `${place}/audio`, { status: 1 })
      await stage.enter(board)
      const card = page.locator('[data-what="post"]')
      await card.getByText('The bot posted in the forum').waitFor()
      await card.getByText(`News <b>${width}</b>`).waitFor()
      await card.getByText('second line').waitFor()
      await stage.enter(radio)
      for (const line of ['took the microphone', 'plays Tune', 'paused the audio'])
        await page.getByText(`The bot ${line}`).waitFor()
      expect(await findTrouble(page)).toEqual([])
    })

    it('SM-06 five long buttons side by side, cut to two lines and whole in their titles', async () => {
      await ask('wide')
      const keys = stage.page.locator('.keyboard').last().getByRole('button')
      await keys.nth(4).waitFor()
      for (const key of await keys.all()) {
        const box = await key.boundingBox()
        expect(box?.height).toBeLessThan(70)
        expect((box?.x ?? 0) + (box?.width ?? width)).toBeLessThanOrEqual(width)
      }
      await stage.page.getByTitle('A label that is much too long, number 4').last().waitFor()
    })

    it('SM-16 a typing notice as a state that the next message ends', async () => {
      await ask('typing')
      await stage.page.getByText('The bot is typing…').last().waitFor()
      await ask('done')
      await stage.botSays('heard: done').last().waitFor()
      expect(await stage.page.locator('.typing').count()).toBe(0)
    })

    it('SM-17 buttons that ask, quote, send at once, turn grey as a group, and are for some people only', async () => {
      const { page } = stage
      const key = (name: string): Locator =>
        page.locator('.keyboard').last().getByRole('button', { name, exact: true })
      await ask('buttons')
      await key('Yes').click()
      await stage.botSays('heard: pressed Yes').last().waitFor()
      await expect.poll(async () => key('No').isDisabled()).toBe(true)
      await ask('buttons')
      expect(await key('No').isDisabled()).toBe(false)
      await key('Sure').click()
      const question = page.getByRole('dialog', { name: 'Really delete it?' })
      await question.getByRole('button', { name: 'Keep' }).click()
      await key('Sure').click()
      await question.getByRole('button', { name: 'Delete' }).click()
      await stage.botSays('heard: pressed Sure').last().waitFor()
      await ask('buttons')
      await key('Reply').click()
      await page.getByText(/^Quoting simulated-bot/).waitFor()
      await page.keyboard.press('Enter')
      await page
        .locator('[data-from="person"] .bubble')
        .filter({ hasText: '/reply' })
        .last()
        .locator('.quote')
        .waitFor()
      await ask('buttons')
      await key('Send').click()
      await stage.botSays('heard: /go').last().waitFor()
      await ask('buttons', 'friends')
      await key('Admins').click()
      await page.getByRole('alert').getByText('the button "Admins" is not for "bob"').waitFor()
      await page.getByRole('button', { name: 'Close' }).click()
    })

    it.each([
      ['light', 'general'],
      ['dark', 'ann'],
    ] as const)('SM-06 without serious trouble for assistive technology, %s', async (colorScheme, room) => {
      await stage.page.emulateMedia({ colorScheme })
      await stage.fit(width)
      await stage.enter(room)
      expect(await findTrouble(stage.page)).toEqual([])
      expect(stage.opened.complaints).toEqual([])
    })
  })
})
