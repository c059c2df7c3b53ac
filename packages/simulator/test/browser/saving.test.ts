import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { afterAll, describe, expect, it } from 'vitest'

import { checkRecording } from '../../src/index.js'
import { findTrouble } from '../support/axe.js'
import { pageStage, WIDTHS } from '../support/page-stage.js'
import { png } from '../support/pictures.js'
import { conversation } from '../support/recorded-bot.js'

const PACKAGE = fileURLToPath(new URL('../../', import.meta.url))
/** Within the package, where the saved tests find the simulator and the vitest of the repository. */
const FOLDER = path.join(PACKAGE, 'reports', 'saved')

/** The module that a saved test imports: the bot of the page, for a desk. */
const botModule = (greeting: string): string => `
import { conversation } from '../../../test/support/recorded-bot.js'
import { startScriptedBot } from '../../../test/support/scripted-bot.js'

export const createBot = ({ baseUrl: url, tokenUrl, ...credentials }) => {
  let bot
  return {
    start: async () => {
      bot = await startScriptedBot({ url, tokenUrl, credentials }, conversation(${greeting}))
    },
    stop: async () => bot.close(),
  }
}
`

interface Outcome {
  readonly testResults: readonly {
    readonly name: string
    readonly assertionResults: readonly {
      readonly status: string
      readonly failureMessages: readonly string[]
    }[]
  }[]
}

/** Runs saved tests with vitest, and returns the outcome and the complaint of each by its folder. */
const runSaved = async (): Promise<Readonly<Record<string, readonly [status: string, why: string]>>> => {
  const report = path.join(FOLDER, 'report.json')
  const config = path.join(FOLDER, 'vitest.config.ts')
  writeFileSync(
    config,
    "import { shared } from '../../../../vitest.shared.js'\nexport default { ...shared, test: { include: ['**/*.test.ts'] } }\n",
  )
  const vitest = path.join(PACKAGE, '../../node_modules/vitest/vitest.mjs')
  const args = [vitest, 'run', '--root', FOLDER, '-c', config, '--reporter=json', `--outputFile=${report}`]
  // It ends with 1, since one of the tests has to fail.
  await promisify(execFile)(process.execPath, args, { cwd: FOLDER }).catch(() => {})
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Outcome
  return Object.fromEntries(
    testResults.map(({ name, assertionResults: [result] }) => [
      path.basename(path.dirname(name)),
      [result?.status ?? 'none', result?.failureMessages.join('\n') ?? ''] as const,
    ]),
  )
}

describe('a conversation on the page', { timeout: 60_000 }, () => {
  const stage = pageStage(conversation())
  afterAll(() => rmSync(FOLDER, { recursive: true, force: true }))

  const said = async (text: string): Promise<void> => {
    await stage.say(text)
    await stage.botSays(`heard: ${text}`).last().waitFor()
  }

  const act = async (name: string): Promise<void> => {
    await stage.page.getByRole('button', { name: 'More in this conversation' }).click()
    await stage.page.getByRole('button', { name, exact: true }).click()
  }

  const menu = () => stage.page.locator('.chat-tools .menu-list')

  const save = async (name: string): Promise<{ readonly name: string; readonly text: string }> => {
    if (!(await menu().isVisible())) await stage.page.getByLabel('Save this conversation').click()
    const [download] = await Promise.all([
      stage.page.waitForEvent('download'),
      menu().getByRole('button', { name }).click(),
    ])
    return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') }
  }

  /** Keeps a saved test with the bot that it tests. */
  const keep = (
    folder: string,
    { name, text }: { readonly name: string; readonly text: string },
    bot: string,
  ): void => {
    const target = path.join(FOLDER, folder)
    mkdirSync(target, { recursive: true })
    writeFileSync(path.join(target, name), text)
    writeFileSync(path.join(target, 'bot.ts'), botModule(bot))
  }

  /** Saves a private chat and a group, each for the bot of the page, and the group for another one as well. */
  const saveTalk = async (): Promise<void> => {
    const { page } = stage
    await stage.enter('ann')
    // The bot is a friend at first.
    await act('ann removes the bot as a friend')
    await act('ann adds the bot as a friend')
    await stage.botSays('welcome').waitFor()
    await said('it’s "quoted" \\ `${now}`')
    await stage.say('silence')
    await stage.say('later')
    await said('now')
    await stage.botSays('here it is').waitFor()
    await page
      .locator('li[data-from="bot"]')
      .filter({ hasText: 'heard: now' })
      .getByRole('button', { name: 'Quote' })
      .click()
    await stage.say('what?')
    await stage.botSays('heard: what?, quoting heard: now').waitFor()
    await page
      .getByRole('region', { name: 'Chat' })
      .locator('input[type="file"]')
      .setInputFiles([{ name: 'cat.png', mimeType: 'image/png', buffer: png(40, 30) }])
    await page.getByText(/cat\.png · /).waitFor()
    await stage.say('look')
    await stage.botSays('heard: look, cat.png').waitFor()
    await stage.say('choose')
    await page.getByRole('button', { name: 'Yes' }).click()
    await stage.botSays('heard: pressed yes').waitFor()
    const inPrivate = await save('Save as a test for vitest')
    expect(inPrivate.name).toBe('ann.test.ts')

    await stage.enter('friends')
    await page.getByRole('button', { name: '@bot' }).click()
    await stage.say('nobody hears this')
    await act('The bot hears all messages')
    await said('overheard')
    await act('The bot hears mentions only')
    await page.getByRole('button', { name: '@bot' }).click()
    await said('for the bot')
    await act('bob leaves')
    await act('bob joins')
    await stage.botSays('welcome').waitFor()
    const inGroup = await save('Save as a test for vitest')
    expect(inGroup.name).toBe('friends.test.ts')
    expect(inGroup.text).not.toMatch(/nobody hears|ann/)

    keep('private', inPrivate, '')
    keep('group', inGroup, '')
    keep('other', inGroup, "'hello'")
    expect(stage.opened.complaints).toEqual([])
  }

  /** Saves chats with reactions, recalls, files and the comings and goings of the bot. */
  const saveComings = async (): Promise<void> => {
    const { page } = stage
    await stage.enter('general')
    await said('hello there')
    const answer = page.locator('li[data-from="bot"]').filter({ hasText: 'heard: hello there' })
    await answer.getByRole('button', { name: 'React' }).click()
    await answer.getByRole('button', { name: '👍', exact: true }).click()
    await stage.botSays('thank you').waitFor()
    await answer.getByRole('button', { name: /^👍 by/ }).click()
    const own = page.locator('li[data-from="person"]').filter({ hasText: 'hello there' })
    await own.getByRole('button', { name: 'Recall' }).click()
    await page.getByText('This message was recalled').first().waitFor()
    await page
      .getByRole('region', { name: 'Chat' })
      .locator('input[type="file"]')
      .setInputFiles([{ name: 'cat.png', mimeType: 'image/png', buffer: png(40, 30) }])
    await page.getByText(/cat\.png · /).waitFor()
    await stage.say('how large?')
    await stage.botSays(`${png(40, 30).length} bytes`).waitFor()
    await stage.say('what happened?')
    await stage.botSays('MESSAGE_REACTION_ADD, MESSAGE_REACTION_REMOVE, PUBLIC_MESSAGE_DELETE').waitFor()
    const inChannel = await save('Save as a test for vitest')

    await stage.enter('friends')
    await act('bob removes the bot')
    await act('bob adds the bot')
    await stage.botSays('welcome').last().waitFor()
    await said('still here')
    const inGroup = await save('Save as a test for vitest')
    expect(inGroup.text).toContain(".removeBot('bob')")

    await stage.enter('ann')
    await act('ann removes the bot as a friend')
    await act('ann adds the bot as a friend')
    await stage.botSays('welcome').last().waitFor()
    const inPrivate = await save('Save as a test for vitest')
    expect(inPrivate.text).toContain('.unfriend()')

    keep('acts-channel', inChannel, '')
    keep('acts-group', inGroup, '')
    keep('acts-private', inPrivate, '')
    expect(stage.opened.complaints).toEqual([])
  }

  it('SM-21 is saved as a test file, also with reactions, recalls, files, comings and goings, which passes with the bot, and fails with one that answers something else', async () => {
    await saveTalk()
    await saveComings()
    // In one run, since starting vitest costs more than all of these tests.
    const outcome = await runSaved()
    expect(outcome['private']).toEqual(['passed', ''])
    expect(outcome['group']).toEqual(['passed', ''])
    expect(outcome['other']).toEqual([
      'failed',
      expect.stringContaining('bob joins: expected "welcome", received "hello"') as string,
    ])
    expect(outcome['acts-channel']).toEqual(['passed', ''])
    expect(outcome['acts-group']).toEqual(['passed', ''])
    expect(outcome['acts-private']).toEqual(['passed', ''])
  }, 120_000)

  it.each(WIDTHS)('SM-22 is saved as a recording, also without the contents, %i px wide', async (width) => {
    const { page } = stage
    await stage.fit(width)
    await stage.enter('dan')
    if (width === WIDTHS[0]) {
      await stage.page.getByLabel('Save this conversation').click()
      await menu().getByRole('button', { name: 'Save as a recording' }).click()
      await page.getByRole('alert').getByText('there is nothing to save').waitFor()
      await page.getByRole('button', { name: 'Close', exact: true }).click()
    }
    await said(`secret ${width}`)
    await stage.page.getByLabel('Save this conversation').click()
    await menu().getByLabel('With the contents of messages').check()
    expect(checkRecording(JSON.parse((await save('Save as a recording')).text))).toMatchObject({
      turns: expect.arrayContaining([
        expect.objectContaining({ act: { kind: 'say', text: `secret ${width}` } }),
      ]) as unknown,
    })
    await stage.page.getByLabel('Save this conversation').click()
    await menu().getByLabel('With the contents of messages').uncheck()
    expect(await menu().getByRole('button', { name: 'vitest' }).isDisabled()).toBe(true)
    await menu().getByText('A test needs the contents.').waitFor()
    expect(await findTrouble(page)).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
    const { name, text } = await save('Save as a recording')
    expect(name).toBe('dan.json')
    expect(text).not.toContain('secret')
    expect(checkRecording(JSON.parse(text)).turns.length).toBeGreaterThan(0)
    expect(stage.opened.complaints).toEqual([])
  })
})
