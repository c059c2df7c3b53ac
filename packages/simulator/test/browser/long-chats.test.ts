import { describe, expect, it } from 'vitest'

import { pageStage, WIDTHS } from '../support/page-stage.js'
import { png } from '../support/pictures.js'

describe('a long chat', { timeout: 60_000 }, () => {
  // Uploads a picture, keeps silent in the flood, and echoes anything else.
  const stage = pageStage(async ({ text, send, call }) => {
    if (text.startsWith('flood')) return
    if (text !== 'picture') {
      await send({ content: `you said: ${text}` })
      return
    }
    const file_data = png(300, 400).toString('base64')
    const { file_info } = await call('POST', 'files', { file_type: 1, file_data })
    await send({ msg_type: 7, media: { file_info } })
  })

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

  /** The elements and the memory of the page, after a collection. */
  const measure = async (): Promise<{ readonly nodes: number; readonly heap: number }> => {
    const session = await stage.page.context().newCDPSession(stage.page)
    await session.send('HeapProfiler.enable')
    await session.send('HeapProfiler.collectGarbage')
    await session.send('Performance.enable')
    const { metrics } = await session.send('Performance.getMetrics')
    const heap = metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Number.NaN
    await session.detach()
    return { nodes: await stage.page.locator('*').count(), heap }
  }

  const flood = async (round: string, count: number): Promise<void> => {
    for (let n = 1; n <= count; n += 1) stage.sim.user('ann').say(`flood ${round} ${n}`)
    await stage.page
      .locator('.bubble')
      .filter({ hasText: `flood ${round} ${count}` })
      .waitFor()
  }

  describe.each(WIDTHS)('the end of it, %i px wide', (width) => {
    it('SM-06 stays in view after pictures that load late, and after a reload', async () => {
      await stage.fit(width)
      const before = await stage.page.locator('img.chat-image').count()
      for (const round of [1, 2]) {
        await stage.say('picture')
        await pictures(before + round)
        await isAtEnd()
        await stage.say(`hello ${width} ${round}`)
        await answered(`hello ${width} ${round}`)
        await isAtEnd()
      }
      await stage.page.reload()
      await pictures(before + 2)
      await isAtEnd()
    })

    it('SM-06 is left by a reader who scrolls up, and is one button away', async () => {
      const jump = stage.page.getByRole('button', { name: 'Jump to the end' })
      expect(await jump.count()).toBe(0)
      await scrollUp()
      await jump.waitFor()
      stage.sim.user('ann').say(`from elsewhere ${width}`)
      await answered(`from elsewhere ${width}`)
      expect(await gap()).toBeGreaterThan(100)
      await jump.click()
      await isAtEnd()
      expect(await jump.count()).toBe(0)
    })

    it('SM-06 comes back into view with a message of one’s own', async () => {
      await scrollUp()
      await stage.page.getByRole('button', { name: 'Jump to the end' }).waitFor()
      await stage.say(`mine ${width}`)
      await answered(`mine ${width}`)
      await isAtEnd()
      expect(stage.opened.complaints).toEqual([])
    })
  })

  it('SM-06 of ten thousand messages leaves a page that answers, and that grows no more with further ones', async () => {
    await stage.fit(1280)
    await flood('first', 10_000)
    const before = await measure()
    await flood('second', 2_000)
    const after = await measure()
    expect(after.nodes).toBeLessThan(before.nodes + 200)
    expect(after.nodes).toBeLessThan(20_000)
    expect(after.heap).toBeLessThan(before.heap + 4 * 1024 * 1024)
    const rows = stage.page.locator('.feed-row')
    expect(await rows.count()).toBe(500)
    const words = stage.page.getByRole('searchbox', { name: 'Filter' })
    await words.fill('flood first 9000')
    await expect.poll(async () => rows.count()).toBeLessThan(100)
    await rows.filter({ hasText: 'flood first 9000' }).waitFor()
    await words.fill('')
    await expect.poll(async () => rows.count()).toBe(500)
    await stage.page.getByRole('button', { name: 'Show lines before' }).click()
    await stage.page.getByText(/^The log so far: \d+ lines/).waitFor()
    expect(await rows.count()).toBe(500)
    await stage.page.getByRole('button', { name: 'Back to now' }).click()
    await stage.say('still here')
    await stage.page.locator('[data-from="person"] .bubble').filter({ hasText: 'still here' }).waitFor()
    expect(stage.opened.complaints).toEqual([])
  })
})
