// Goes the way of a newcomer with installed tarballs: the first bot and its first test as the README has them, the same in
// CommonJS, and the command.
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

import { run } from './run.mjs'

/** The JavaScript files of the README, by the name in their first comment. @param {string} readme */
const filesIn = (readme) =>
  [...readme.matchAll(/^```js\n(\/\/ (\S+?\.js)[^]*?)^```$/gm)].map(([, code = '', name = '']) => ({
    name,
    code,
  }))

const COMMON = `const { Bot } = require('@qqkit/bot')
const { startDesk } = require('@qqkit/simulator/testing')
const { it } = require('node:test')

it('answers /ping', async (t) => {
  const desk = await startDesk((options) => new Bot(options).command('ping', (ctx) => ctx.reply('pong')))
  t.after(() => desk.close())
  await desk.user('ann').say('/ping').expect('pong')
})
`

/** Most ms until the command answers its first request; a second on a machine that does nothing else. */
const PATIENCE = 10_000

/** Starts the command and asks for the page. @param {string} project @returns {Promise<void>} */
const startCommand = async (project) => {
  const file = path.join(project, 'node_modules', '@qqkit', 'simulator', 'bin', 'qqkit-simulator.js')
  const child = spawn(process.execPath, [file, '--port', '0', '--lang', 'en'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const url = await new Promise((resolve, reject) => {
      let said = ''
      const timer = setTimeout(() => reject(new Error(`the command printed no address:\n${said}`)), PATIENCE)
      child.stdout.setEncoding('utf8').on('data', (text) => {
        said += text
        const [, address] = /^ {2}(http:\S+)$/m.exec(said) ?? []
        if (address === undefined) return
        clearTimeout(timer)
        resolve(address)
      })
      child.once('exit', (code) => reject(new Error(`the command ended with ${code}:\n${said}`)))
    })
    const page = await fetch(url)
    if (!page.ok || !(await page.text()).includes('<script'))
      throw new Error(`${url} has no page: ${page.status}`)
  } finally {
    child.kill('SIGKILL')
  }
}

/**
 * Everything that a newcomer does first.
 *
 * @param {string} project with the installed tarballs
 * @param {string} root
 */
export const beginAsNewcomer = async (project, root) => {
  const folder = path.join(project, 'newcomer')
  mkdirSync(folder)
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }')
  const readme = readFileSync(path.join(root, 'packages', 'simulator', 'README.md'), 'utf8')
  const files = filesIn(readme)
  if (files.length !== 2) throw new Error(`the README has ${files.length} files for a first test`)
  for (const { name, code } of files) writeFileSync(path.join(folder, name), code)
  writeFileSync(path.join(folder, 'common.test.cjs'), COMMON)
  await run(folder, process.execPath, '--test', 'bot.test.js', 'common.test.cjs')
  await startCommand(project)
}
