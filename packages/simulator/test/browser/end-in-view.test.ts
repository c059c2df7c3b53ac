import { describe, expect, it } from 'vitest'

import { pageStage, WIDTHS } from '../support/page-stage.js'
import { png } from '../support/pictures.js'

describe.each(WIDTHS)('the end of a chat, %i px wide', { timeout: 60_000 }, (width) => {
  // Uploads a picture, and echoes anything else.
  const stage = pageStage(
    async ({ text, send, call }) => {
      if (text !== 'picture') {
        await send({ content: `you said: ${text}` })
        return
      }
      const file_data = png(300, 400).toString('base64')
      const { file_info } = await call('POST', 'files', { file_type: 1, file_data })
      await send({ msg_type: 7, media: { file_info } })
    },
    {},
    { viewport: { width, height: 700 } },
  )

  /** Distance of the end from the view, in px. */
  const gap = async (): Promise<number> =>
    stage.page.locator('.chat-body').evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight)

  const isAtEnd = async (): Promise<void> => {
    await expect.poll(gap, { timeout: 10_000 }).toBeLessThan(2)
  }

  const answered = async (text: string): Promise<void> => stage.botSays(`you said: ${text}`).last().waitFor()

  const pictures = async (count: number): Promise<void> => {
    await stage.page
      .locator('img.chat-image')
      .nth(count - 1)
      .waitFor()
    await stage.page.waitForFunction('[...document.images].every(({ complete }) => complete)')
  }

  const scrollUp = async (): Promise<void> => {
    await stage.page.locator('.chat-body').hover()
    await stage.page.mouse.wheel(0, -400)
  }

  it('SM-06 stays in view after pictures that load late, and after a reload', async () => {
    for (const round of [1, 2]) {
      await stage.say('picture')
      await pictures(round)
      await isAtEnd()
      await stage.say(`hello ${round}`)
      await answered(`hello ${round}`)
      await isAtEnd()
    }
    await stage.page.reload()
    await pictures(2)
    await isAtEnd()
  })

  it('SM-06 is left by a reader who scrolls up, and is one button away', async () => {
    const jump = stage.page.getByRole('button', { name: 'Jump to the end' })
    expect(await jump.count()).toBe(0)
    await scrollUp()
    await jump.waitFor()
    stage.sim.user('ann').say('from elsewhere')
    await answered('from elsewhere')
    expect(await gap()).toBeGreaterThan(100)
    await jump.click()
    await isAtEnd()
    expect(await jump.count()).toBe(0)
  })

  it('SM-06 comes back into view with a message of one’s own', async () => {
    await scrollUp()
    await stage.page.getByRole('button', { name: 'Jump to the end' }).waitFor()
    await stage.say('mine')
    await answered('mine')
    await isAtEnd()
    expect(stage.opened.complaints).toEqual([])
  })
})
