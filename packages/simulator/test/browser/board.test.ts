import { describe, expect, it } from 'vitest'

import { faults } from '../../src/faults/catalogue.js'
import { findTrouble } from '../support/axe.js'
import { pageStage, WIDTHS } from '../support/page-stage.js'

describe('the board in a real browser', { timeout: 60_000 }, () => {
  const stage = pageStage(async ({ text, send }) => {
    await send({ content: `you said: ${text}` })
  })

  describe.each(WIDTHS)('%i px wide', (width) => {
    const open = async (tab: RegExp): Promise<void> => {
      await stage.fit(width)
      await stage.show('Wire & faults')
      await stage.page.getByRole('tab', { name: tab }).click()
    }

    it('SM-02 offers every fault of the catalogue, by name', async () => {
      await open(/^Faults/)
      const buttons = stage.page.locator('.fault-card button[aria-label]')
      expect(await buttons.count()).toBeGreaterThan(Object.keys(faults).length)
      const names = await buttons.evaluateAll((all) => all.map((each) => each.getAttribute('aria-label')))
      expect(new Set(names).size).toBe(names.length)
      // A fault without words would be shown by its kind.
      expect(names.filter((name) => Object.keys(faults).some((kind) => name?.endsWith(`: ${kind}`)))).toEqual(
        [],
      )
    })

    it('SM-02 keeps armed faults at the top with what they did, and switches them off where they are', async () => {
      const { page, sim } = stage
      await open(/^Faults/)
      const active = page.getByRole('region', { name: 'Switched on' })
      await page.getByText('At the next event').click()
      await page.getByRole('button', { name: 'Switch on: Send the event twice' }).click()
      await active.getByText('1 left').waitFor()
      sim.user('ann').say('twice')
      await active.getByText(/struck 1 ×, last at .*C2C_MESSAGE_CREATE ann #\d+/).waitFor()
      await active.getByRole('button', { name: 'Dismiss' }).click()
      await page.getByRole('button', { name: /^Delay the event/ }).click()
      await page.getByRole('button', { name: 'Until cleared' }).click()
      await page.getByRole('button', { name: 'Switch on: Delay the event' }).click()
      await active.getByText('until cleared').waitFor()
      await page.getByRole('button', { name: 'Switch off: Delay the event' }).click()
      await page.getByText('Nothing is broken right now.').waitFor()
      expect(sim.faults.armed()).toEqual([])
      await page.getByText('At the next event').click()
    })

    it('SM-02 says where a fault of one’s own is no JSON, in the language of the page', async () => {
      const { page } = stage
      await open(/^Faults/)
      await page.getByText('Custom', { exact: true }).click()
      await page.getByLabel('Fault as JSON').fill('{"on": "event",\n  do: 1}')
      await page.getByRole('button', { name: 'Switch on: Custom fault' }).click()
      const alert = page.getByRole('alert')
      await alert.getByText('This is not JSON: line 2, column 3.').waitFor()
      await page.getByRole('button', { name: '中文' }).click()
      await alert.getByText('不是合法的 JSON：第 2 行，第 3 列。').waitFor()
      await page.getByRole('button', { name: '关闭', exact: true }).click()
      await page.getByRole('button', { name: 'EN', exact: true }).click()
      await page.getByText('Custom', { exact: true }).click()
    })

    it('SM-07 lists turned switches at the top, and turns them back', async () => {
      const { page, sim } = stage
      await open(/^Live rules/)
      await page
        .getByRole('group', { name: 'typingCounts', exact: true })
        .getByRole('button', { name: 'no', exact: true })
        .click()
      const turned = page.getByRole('region', { name: 'Turned' })
      await turned.getByText('no · was yes').waitFor()
      await turned.getByRole('button', { name: 'Turn back' }).click()
      await turned.waitFor({ state: 'detached' })
      expect(sim.live.all()).toEqual(sim.live.atStart())
    })

    it('SM-06 shows the text of events and calls in their lines, without trouble for assistive technology', async () => {
      const { page, sim } = stage
      await open(/^Wire/)
      sim.user('ann').say(`glance ${width}`)
      const feed = page.getByRole('region', { name: 'Frames and calls' })
      const event = feed.getByRole('button', { name: new RegExp(`C2C_MESSAGE_CREATE.* glance ${width}`) })
      await event.waitFor()
      await feed.getByRole('button', { name: new RegExp(`POST.* you said: glance ${width}`) }).waitFor()
      await event.click()
      await page.locator('pre.json').first().waitFor()
      expect(await findTrouble(page)).toEqual([])
      await event.click()
      expect(stage.opened.complaints).toEqual([])
    })
  })
})
