import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

import { systemClock } from '@qqkit/core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'

import { buildPage } from '../../../simulator/test/support/build-page.js'
import { launchChromium, openPage } from '../../../simulator/test/support/open-page.js'
import { png } from '../../../simulator/test/support/pictures.js'
import { dev, withPackages } from './dev.js'
import { temporaryFolder } from './folder.js'

type Locator = ReturnType<Awaited<ReturnType<typeof openPage>>['page']['locator']>

/** A bot in one file, as a person writes it. */
const BOT = `import process from 'node:process'
import { Bot, button, image, keyboard, markdown } from '@qqkit/bot'

const bot = new Bot({ appId: process.env.QQ_APP_ID!, secret: process.env.QQ_APP_SECRET!, handleSignals: true })
let release = (): void => {}

bot.command('menu', (ctx) =>
  ctx.reply({ ...markdown\`
# Menu

Two **kinds** of tea
\`, ...keyboard([[button.callback('Green', 'green', { visitedLabel: 'Chosen' })]]) }),
)
bot.button('green', (ctx) => ctx.reply('A cup of ' + ctx.data))
bot.command('picture', (ctx) => ctx.reply(image({ path: new URL('cup.png', import.meta.url) })))
bot.command('story', (ctx) =>
  ctx.stream(async (write) => {
    for (const word of ['Once ', 'upon ', 'a ', 'time.']) await write(word)
  }),
)
bot.command('long', (ctx) => ctx.reply('It begins. ' + 'many words '.repeat(1000) + 'It ends.'))
bot.command('late', async (ctx) => {
  console.log('waiting')
  await new Promise<void>((resolve) => (release = resolve))
  await ctx.reply('Sorry for the wait, ' + ctx.command!.rest + '!')
})
bot.command('now', async (ctx) => {
  release()
  await ctx.reply('Said.')
})
bot.on('message', (ctx) => ctx.reply('First: ' + ctx.text))
await bot.start()
`

/** Longer than a private message can be replied to. */
const HOUR = 3_660_000

const widthOf = (picture: object): unknown => Reflect.get(picture, 'naturalWidth')

/** Tests the page of dev in a real browser, in a file of its own for each width: a bot of its own starts for each. */
export const describePage = (width: number): object =>
  describe('the page of dev in a real browser', { timeout: 60_000 }, () => {
    const folder = temporaryFolder()
    let browser: Awaited<ReturnType<typeof launchChromium>>
    let assets: string

    beforeAll(async () => {
      ;[browser, assets] = await Promise.all([launchChromium(), buildPage()])
    }, 60_000)
    afterAll(async () => {
      await browser.close()
    })

    it(`CL-05 each kind of answer is on it, and conversations outlive a dropped connection and a new bot: ${width} px wide`, async () => {
      const cwd = path.join(folder, String(width))
      mkdirSync(cwd)
      withPackages(cwd)
      writeFileSync(path.join(cwd, 'package.json'), '{ "type": "module" }')
      writeFileSync(path.join(cwd, 'cup.png'), png(300, 200))
      writeFileSync(path.join(cwd, 'bot.ts'), BOT)
      let passed = 0
      const clock = { ...systemClock, now: () => systemClock.now() + passed }
      const { sim: starting, until } = dev([], {
        cwd,
        simulator: { page: { assets }, clock },
      })
      const sim = await starting
      await until(/• the bot is connected/)
      const opened = await openPage(browser, sim.url, {
        viewport: { width, height: 760 },
      })
      const { page, complaints, strayed } = opened
      onTestFinished(async () => opened.close())
      const bubbles = (text: string): Locator =>
        page.locator('[data-from="bot"] .bubble').filter({ hasText: text })
      const say = async (text: string, answer: string): Promise<Locator> => {
        const before = await bubbles(answer).count()
        await page.getByRole('textbox', { name: 'Message to the bot' }).fill(text)
        await page.keyboard.press('Enter')
        await bubbles(answer).nth(before).waitFor()
        return bubbles(answer).last()
      }
      /** A picture of the page for a person, where a folder for it is named. */
      const keep = async (name: string): Promise<void> => {
        const folder = process.env['SCREENSHOTS']
        if (folder) await page.screenshot({ path: path.join(folder, `${width}-${name}.png`) })
      }

      await say(`plain ${width}`, `: plain ${width}`)
      const menu = await say('/menu', 'Menu')
      await menu.getByRole('heading', { name: 'Menu' }).waitFor()
      expect(await menu.locator('strong').innerText()).toBe('kinds')
      await page.getByRole('button', { name: 'Green', exact: true }).last().click()
      await bubbles('A cup of green').last().waitFor()
      await page
        .getByRole('button', { name: /^Chosen/ })
        .last()
        .waitFor()
      await keep('menu')

      const pictures = page.locator('img.chat-image')
      const drawn = await pictures.count()
      await page.getByRole('textbox', { name: 'Message to the bot' }).fill('/picture')
      await page.keyboard.press('Enter')
      await expect
        .poll(async () => ((await pictures.count()) > drawn ? pictures.last().evaluate(widthOf) : 0))
        .toBe(300)
      const story = await say('/story', 'Once upon a time.')
      expect(await story.innerText()).toContain('Once upon a time.')
      await keep('picture')

      await say('/long', 'It ends.')
      expect(await bubbles('many words').count()).toBeGreaterThan(await bubbles('It begins.').count())
      await keep('long')

      await page.getByRole('textbox', { name: 'Message to the bot' }).fill(`/late ${width}`)
      await page.keyboard.press('Enter')
      await until(/bot │ waiting/)
      passed += HOUR
      sim.user('bob').say('/now')
      const late = page.locator('[data-from="bot"]').filter({ hasText: `Sorry for the wait, ${width}!` })
      await late.getByText('Proactive').waitFor()
      await keep('late')

      const recovered = page.getByText('The bot reconnected and resumed its session')
      const times = await recovered.count()
      await page.getByRole('button', { name: 'Drop connection' }).click()
      await recovered.nth(times).waitFor()
      await say(`again ${width}`, `: again ${width}`)
      await keep('dropped')

      writeFileSync(path.join(cwd, 'bot.ts'), BOT.replace('First', `Changed ${width}`))
      await until(/• bot\.ts has changed: the bot starts again/)
      await until(/• the bot is connected/)
      await say(`new ${width}`, `Changed ${width}: new ${width}`)
      // One conversation: what was said to the bot before is still there.
      await bubbles(`: plain ${width}`).waitFor()
      await keep('changed')
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
      expect(complaints).toEqual([])
      expect(strayed).toEqual([])
    })
  })
