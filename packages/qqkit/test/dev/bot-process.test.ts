import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

import { describe, expect, it } from 'vitest'

import { adviceOn, BotProcess } from '../../src/dev/bot-process.js'
import { temporaryFolder } from '../support/folder.js'

const folder = temporaryFolder()

const processOf = (name: string, code: string): { readonly bot: BotProcess; readonly seen: string[] } => {
  const project = path.join(folder, name)
  mkdirSync(project)
  const file = path.join(project, 'bot.mjs')
  writeFileSync(file, code)
  const seen: string[] = []
  const bot = new BotProcess(
    {
      bot: { file, project, typed: false, depth: 0 },
      env: process.env,
      typescript: '',
      redirect: 'data:text/javascript,',
    },
    { onLine: (line) => seen.push(line), onEnd: (how) => seen.push(`ended ${how}`) },
  )
  return { bot, seen }
}

describe('the process of a bot', () => {
  it('CL-05 begins no bot any more once it was stopped, whatever order came before or after', async () => {
    const { bot, seen } = processOf('late', 'console.log("begun"); setInterval(() => {}, 1000)')
    const before = bot.restart()
    const stop = bot.stop()
    const after = bot.restart()
    await Promise.all([before, stop, after])
    await bot.restart()
    expect(seen).toEqual([])
  })

  it.each([
    ['is stopped', '', []],
    ['ends by itself', 'process.exit(3)', ['ended 3']],
  ])(
    'CL-05 a bot that %s is over though a program of its own is not, which ends too',
    async (_how, end, told) => {
      const name = `parent-${told.length}`
      const note = path.join(folder, name, 'note')
      const left = `
      process.on('SIGTERM', () => { fs.writeFileSync(${JSON.stringify(note)}, ''); process.exit() })
      setInterval(() => {}, 1000)
      console.log('left')
      process.send('there')`
      const { bot, seen } = processOf(
        name,
        `import { spawn } from 'node:child_process'
       const stdio = ['inherit', 'inherit', 'inherit', 'ipc']
       spawn(process.execPath, ['-e', ${JSON.stringify(left)}], { stdio }).on('message', () => { ${end} })`,
      )
      await bot.restart()
      await expect.poll(() => seen.length, { timeout: 4000 }).toBe(1 + told.length)
      await bot.stop()
      expect(seen).toEqual(['left', ...told])
      await expect.poll(() => existsSync(note)).toBe(true)
    },
  )

  it.each([
    [
      '1',
      'Error: Top-level await is currently not supported with the "cjs" output format',
      /"type": "module"/,
    ],
    ['1', 'SyntaxError: Cannot use import statement outside a module', /"type": "module"/],
    ['1', "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'pino' imported from", /npm install/],
    ['1', "Error: Cannot find module 'pino'", /npm install/],
    ['0', '', /bot\.start\(\)/],
  ])('CL-05 says what to do about a bot that ended with %s: %s', (how, line, advice) => {
    expect(adviceOn(how, [line])?.en).toMatch(advice)
    expect(adviceOn(how, [line])?.zh).toMatch(/\p{Script=Han}/u)
  })

  it.each([
    ['3', "Error: Cannot find module './handlers.js'"],
    ['SIGKILL', ''],
  ])('CL-05 guesses nothing about %s: %s', (how, line) => {
    expect(adviceOn(how, [line])).toBeUndefined()
  })
})
