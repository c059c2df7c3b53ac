import { execFile } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { recordingOf, testFileOf } from '@qqkit/simulator'
import { startDesk } from '@qqkit/simulator/testing'
import { afterAll, expect, it } from 'vitest'

import { createBot } from '../src/bot.js'

const FOLDER = fileURLToPath(new URL('../reports/recorded/', import.meta.url))
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }))

const run = promisify(execFile)

it('SM-21 a recorded conversation is a test file that passes, and fails when the bot says something else', async () => {
  const desk = await startDesk(createBot)
  const ann = desk.user('ann')
  await desk.group('room').user('bob').say('/ping').expect()
  await ann.say('/tea').expect()
  await ann.press('Yes').expect()
  await ann.say('/picture').expect()
  await ann.say('/story').expect()
  await ann.say('hello').expect()
  const recording = recordingOf(desk.sim.log.entries())
  await desk.close()

  mkdirSync(FOLDER, { recursive: true })
  const file = path.join(FOLDER, 'recorded.test.mjs')
  const play = async (text: string): Promise<string> => {
    writeFileSync(file, text)
    const args = ['--import', 'tsx', '--test', '--test-reporter=tap', file]
    return (await run(process.execPath, args)).stdout
  }
  const text = testFileOf(recording, { runner: 'node:test', bot: '../../src/bot.ts' })
  expect(text).toContain("await desk.user('ann').press('tea').expect('Here is your tea.')")
  expect(await play(text)).toMatch(/# pass 1\n# fail 0/)
  await expect(play(text.replace("expect('pong')", "expect('ping')"))).rejects.toMatchObject({
    stdout: expect.stringMatching(/expected "ping", received "pong"/) as string,
  })
}, 60_000)
