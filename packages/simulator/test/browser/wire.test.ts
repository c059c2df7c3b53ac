import { readFileSync } from 'node:fs'

import { ManualClock } from '@qqkit/core/testing'
import type { Locator } from 'playwright-core'
import { describe, expect, it } from 'vitest'

import { faults } from '../../src/faults/catalogue.js'
import { incidents } from '../../src/index.js'
import { findTrouble } from '../support/axe.js'
import { pageStage, WIDTHS } from '../support/page-stage.js'
import { showcase } from '../support/showcase.js'

const scrollWidth = (element: object): unknown => Reflect.get(element, 'scrollWidth')

describe('the wire in a real browser', { timeout: 60_000 }, () => {
  const clock = new ManualClock()
  const stage = pageStage(showcase, { clock })
  const rows = () => stage.page.locator('.feed-row')

  const open = async (width: number, tab = /^Wire$/): Promise<void> => {
    await stage.fit(width)
    await stage.show('Wire & faults')
    await stage.page.getByRole('tab', { name: tab }).click()
  }

  /** Something in two conversations, with a refused call. */
  const talk = async (name: string): Promise<void> => {
    const { sim } = stage
    await expect.poll(() => stage.bot.events.length).toBeGreaterThan(0)
    await sim.replyTo(sim.user('ann').say(`${name} private`))
    sim.faults.add(faults['anchor-expired'])
    sim.group('friends').user('bob').say(`${name} shared`)
    await rows()
      .filter({ hasText: `heard: ${name} shared` })
      .first()
      .waitFor()
  }

  describe.each(WIDTHS)('%i px wide', (width) => {
    it('SM-30 shows the output of a program once there is some, at its end, by words, in both languages', async () => {
      const sim = await stage.simulator()
      const { page, complaints, strayed } = await stage.open(sim, { viewport: { width, height: 760 } })
      const lines = page.locator('.output-line')
      const tab = (name: string) => page.getByRole('tab', { name, exact: true })
      if (width < 820) await page.getByRole('button', { name: 'Wire & faults' }).click()
      await tab('Wire').waitFor()
      expect(await tab('Log').count()).toBe(0)

      sim.showOutput('<img src=x onerror=alert(1)> \u202Eevil \u001B[31m[no](javascript:alert(1))\u001B[0m')
      sim.showOutput('qqkit error: the login failed', 'stderr')
      sim.showOutput('main.ts has changed: the bot starts again', 'dev')
      await tab('Log').waitFor()
      await tab('Wire').press('ArrowLeft')
      await lines.filter({ hasText: '[no](javascript:alert(1))' }).waitFor()
      expect(await lines.locator('img, a').count()).toBe(0)
      const room = (await page.getByRole('tablist').boundingBox())?.width ?? 0
      expect(await page.getByRole('tablist').evaluate(scrollWidth)).toBeLessThanOrEqual(room)
      const failed = lines.filter({ hasText: 'the login failed' })
      expect(await failed.getByRole('img').getAttribute('aria-label')).toBe('stderr')
      expect(await failed.getAttribute('data-level')).toBe('error')
      expect(await findTrouble(page)).toEqual([])

      for (let line = 1; line <= 2500; line += 1) sim.showOutput(`line ${line} `.repeat(line % 9))
      const box = page.getByRole('region', { name: 'Log' })
      const isSeen = async (line: Locator) => ((await line.boundingBox())?.y ?? Infinity) < 760
      const last = lines.filter({ hasText: 'line 2500' })
      await last.waitFor()
      await expect.poll(() => lines.count()).toBe(2000)
      await expect.poll(async () => isSeen(last)).toBe(true)
      await box.focus()
      await page.keyboard.press('Home')
      await page.getByRole('button', { name: 'Jump to the end' }).waitFor()
      sim.showOutput('one more')
      const more = lines.filter({ hasText: 'one more' })
      await more.waitFor()
      expect(await isSeen(more)).toBe(false)
      await page.getByRole('button', { name: 'Jump to the end' }).click()
      await expect.poll(async () => isSeen(more)).toBe(true)

      await page.getByRole('searchbox', { name: 'Filter' }).fill('line 2499 -2498')
      await expect.poll(() => lines.count()).toBe(1)
      await tab('Wire').click()
      await tab('Log').click()
      expect(await lines.count()).toBe(1)
      await page.getByRole('searchbox', { name: 'Filter' }).fill('nowhere')
      await page.getByText('No line matches the filter.').waitFor()
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
      await page.getByRole('button', { name: '中文' }).click()
      await tab('日志').waitFor()
      expect(complaints).toEqual([])
      expect(strayed).toEqual([])
    })

    it('SM-24 shows one conversation, only problems, only calls, by words, and everything again', async () => {
      const { page } = stage
      await stage.fit(width)
      await stage.enter('ann')
      await open(width)
      const name = `at ${width}`
      await talk(name)
      const has = async (text: string, count: number): Promise<void> => {
        await expect.poll(async () => rows().filter({ hasText: text }).count()).toBe(count)
      }
      await page.getByLabel('Only ann').check()
      await has(`${name} private`, 2)
      await has(`${name} shared`, 0)
      await page.getByRole('button', { name: 'Calls', exact: true }).click()
      await has(`${name} private`, 1)
      await page.getByRole('button', { name: 'Frames', exact: true }).click()
      await has(`${name} private`, 2)
      await page.getByLabel('Only ann').uncheck()
      await page.getByLabel('Problems').check()
      await has(`${name} shared`, 1)
      await page.getByLabel('Direction').selectOption({ label: 'to the bot' })
      await page.getByText('No line matches the filter.').waitFor()
      expect(await findTrouble(page)).toEqual([])
      await page.getByRole('button', { name: 'Show everything' }).click()
      await page.getByRole('searchbox', { name: 'Filter' }).fill(`${name} -heard`)
      await has(`${name} private`, 1)
      await page.getByRole('searchbox', { name: 'Filter' }).fill('')
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
      expect(stage.opened.complaints).toEqual([])
    })

    it('SM-26 plays an incident, pauses, resumes and stops it, and says what is wrong with a file', async () => {
      const { page, sim } = stage
      await open(width, /^Scenarios/)
      await page.getByRole('button', { name: 'Play half-open-hour' }).click()
      const playing = page.getByRole('region', { name: 'Playing' })
      await playing.getByRole('button', { name: 'Pause half-open-hour' }).click()
      await playing.getByText(/ · paused/).waitFor()
      expect(sim.playing()).toMatchObject([{ name: 'half-open-hour', paused: true }])
      expect(await findTrouble(page)).toEqual([])
      await playing.getByRole('button', { name: 'Resume half-open-hour' }).click()
      await playing.getByText(/ · paused/).waitFor({ state: 'detached' })
      expect(sim.playing()).toMatchObject([{ paused: false }])
      await playing.getByRole('button', { name: 'Stop half-open-hour' }).click()
      await playing.waitFor({ state: 'detached' })
      expect(sim.playing()).toEqual([])
      const own = page.locator('.faults input[type="file"]')
      const file = (text: string) => ({
        name: 'own.json',
        mimeType: 'application/json',
        buffer: Buffer.from(text),
      })
      await own.setInputFiles(file(JSON.stringify({ ...incidents['one-lost-ack'], name: 'my-own' })))
      await playing.getByText('my-own', { exact: true }).waitFor()
      await playing.getByRole('button', { name: 'Stop my-own' }).click()
      await own.setInputFiles(file('{"name": 1}'))
      const alert = page.getByRole('alert')
      await alert.getByText(/Scenario/).waitFor()
      await own.setInputFiles(file('{'))
      await alert.getByText('This is not JSON: line 1, column 2.').waitFor()
      await page.getByRole('button', { name: 'Close', exact: true }).click()
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
      expect(stage.opened.complaints).toEqual([])
    })

    it('SM-25 saves the log without contents, opens it again, and looks back at the whole log', async () => {
      const { page, sim } = stage
      await open(width)
      sim.user('ann').say(`secret ${width}`)
      await rows()
        .filter({ hasText: `heard: secret ${width}` })
        .waitFor()
      const files = page.getByLabel('Save or open a log')
      await files.click()
      await page.getByRole('tabpanel').getByLabel('With the contents of messages').uncheck()
      expect(await findTrouble(page)).toEqual([])
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: 'Save as JSON' }).click(),
      ])
      const file = await download.path()
      expect(readFileSync(file, 'utf8')).not.toContain('secret')
      await page.locator('input[type="file"][accept=".json,.har"]').setInputFiles(file)
      await page
        .getByRole('status')
        .filter({ hasText: / lines/ })
        .waitFor()
      await rows().filter({ hasText: 'C2C_MESSAGE_CREATE' }).first().waitFor()
      expect(await rows().filter({ hasText: 'secret' }).count()).toBe(0)
      await page.getByRole('button', { name: 'Back to now' }).click()
      await files.click()
      await page.getByRole('button', { name: 'Look back at the whole log' }).click()
      await page.getByText(/The log so far: \d+ lines/).waitFor()
      await rows()
        .filter({ hasText: `heard: secret ${width}` })
        .waitFor()
      await page.locator('input[type="file"][accept=".json,.har"]').setInputFiles({
        name: 'other.json',
        mimeType: 'application/json',
        buffer: Buffer.from('[]'),
      })
      await page
        .getByRole('alert')
        .getByText(/neither a log of the simulator nor/)
        .waitFor()
      await page.getByRole('button', { name: 'Close', exact: true }).click()
      await page.getByRole('button', { name: 'Back to now' }).click()
      expect(stage.opened.complaints).toEqual([])
    })
  })

  it('SM-25 opens a line of an archive however long it is', async () => {
    const { page } = stage
    await open(1280)
    const text = JSON.stringify(Array.from({ length: 10_000 }, (_, index) => ({ index, text: 'x' })))
    const request = { method: 'GET', url: 'https://x.test/large' }
    const entry = {
      startedDateTime: '2026-01-01T00:00:00Z',
      time: 1,
      request,
      response: { status: 200, content: { text } },
    }
    await page.locator('input[type="file"][accept=".json,.har"]').setInputFiles({
      name: 'large.har',
      mimeType: 'application/json',
      buffer: Buffer.from(JSON.stringify({ log: { version: '1.2', entries: [entry] } })),
    })
    await rows().filter({ hasText: '/large' }).getByRole('button').click()
    await page.locator('pre.json').getByText('9999').waitFor()
    expect(await page.locator('pre.json span').count()).toBe(0)
    await page.getByRole('button', { name: 'Back to now' }).click()
    expect(stage.opened.complaints).toEqual([])
  })

  it.each(WIDTHS)('SM-27 shows a night at a glance, and jumps to a moment, %i px wide', async (width) => {
    const { page, sim } = stage
    await open(width)
    const [evening, morning] = [`evening ${width}`, `morning ${width}`]
    sim.user('ann').say(evening)
    sim.faults.now({ kind: 'reset' })
    await rows()
      .filter({ hasText: `heard: ${evening}` })
      .first()
      .waitFor()
    await clock.advance(20_000)
    sim.user('ann').say(morning)
    await rows()
      .filter({ hasText: `heard: ${morning}` })
      .first()
      .waitFor()
    await page.getByRole('button', { name: 'Timeline' }).click()
    const timeline = page.getByRole('region', { name: 'Timeline' })
    await timeline.getByText(/^\d+ (?:s|min): \d+ × without a connection/).waitFor()
    await timeline.locator('canvas').waitFor()
    const drawn = async (): Promise<boolean> =>
      timeline.locator('canvas').evaluate((canvas) => {
        const { width: w, height: h } = canvas as unknown as { width: number; height: number }
        const context = (
          canvas as unknown as {
            getContext(kind: '2d'): { getImageData(...box: number[]): { data: number[] } }
          }
        ).getContext('2d')
        return context.getImageData(0, 0, w, h).data.some((value) => value > 0)
      })
    await expect.poll(drawn).toBe(true)
    expect(await findTrouble(page)).toEqual([])
    const slider = timeline.getByRole('slider', { name: 'Jump to a moment of the log' })
    await slider.fill(await slider.getAttribute('max').then(String))
    await page.getByText(/The log so far: \d+ lines/).waitFor()
    await rows().filter({ hasText: morning }).first().waitFor()
    expect(await rows().filter({ hasText: evening }).count()).toBe(0)
    await timeline.locator('.u-over').click({ position: { x: 2, y: 30 } })
    await rows().filter({ hasText: evening }).first().waitFor()
    await page.getByRole('button', { name: 'Back to now' }).click()
    await page.getByRole('button', { name: 'Timeline' }).click()
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
    expect(stage.opened.complaints).toEqual([])
    expect(stage.opened.strayed).toEqual([])
  })

  it('SM-26 a manual clock stands still until it is moved, and moves scenarios', async () => {
    const { page, sim } = stage
    sim.play({
      name: 'two-words',
      story: 'ann says something after a minute.',
      source: '§8',
      steps: [{ at: 60_000, kind: 'say', scene: 'c2c', peer: 'ann', text: 'a minute later' }],
    })
    await open(1280, /^Scenarios/)
    const time = page.getByRole('region', { name: 'Manual clock' })
    const before = clock.now()
    await time.getByRole('button', { name: '+10 s' }).click()
    await expect.poll(() => clock.now()).toBe(before + 10_000)
    await time.getByText(new Date(clock.wall()).toISOString().slice(0, 10)).waitFor()
    await page.getByRole('region', { name: 'Playing' }).getByText('10 s / 1 min').waitFor()
    await time.getByRole('button', { name: '+1 min' }).click()
    await page.locator('[data-from="person"] .bubble').filter({ hasText: 'a minute later' }).waitFor()
    expect(await findTrouble(page)).toEqual([])
  })
})
