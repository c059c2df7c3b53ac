// Goes the way of a newcomer with installed tarballs: the first bot and its first test as the README has them, the same in
// CommonJS, the commands, and a project that they create.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

import { begin, run } from './run.mjs'

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

/** Starts the simulator's command and asks for the page. @param {string} project @returns {Promise<void>} */
const startCommand = async (project) => {
  const file = path.join(project, 'node_modules', '@qqkit', 'simulator', 'bin', 'qqkit-simulator.js')
  const command = begin(process.execPath, [file, '--port', '0', '--lang', 'en'], { cwd: project })
  try {
    const url = await command.until(/^ {2}(http:\S+)$/m)
    const page = await fetch(url)
    if (!page.ok || !(await page.text()).includes('<script'))
      throw new Error(`${url} has no page: ${page.status}`)
  } finally {
    command.kill()
  }
}

const MAIN = `import process from 'node:process'
import { createBot } from './bot.js'

const { QQ_APP_ID: appId, QQ_APP_SECRET: secret } = process.env
await createBot({ appId, secret, handleSignals: true }).start()
console.log('stopped well')
`

/**
 * Creates a project, and runs the first bot in `qqkit dev` until it has answered a person on the page.
 *
 * @param {string} project
 * @param {string} folder with the first bot
 */
const createAndDevelop = async (project, folder) => {
  const packages = path.join(project, 'node_modules')
  const create = path.join(packages, 'create-qqkit', 'bin', 'create-qqkit.cjs')
  await run(project, process.execPath, create, 'created', '--no-install')
  const manifest = readFileSync(path.join(project, 'created', 'package.json'), 'utf8')
  if (/workspace:|catalog:/.test(manifest)) throw new Error('a created project has terms of the workspace')
  writeFileSync(path.join(folder, 'main.js'), MAIN)
  const bin = path.join(packages, 'qqkit', 'bin', 'qqkit.cjs')
  const command = begin(process.execPath, [bin, 'dev', 'main.js', '--port', '0', '--lang', 'en'], {
    cwd: folder,
  })
  try {
    const url = await command.until(/^ {2}(http:\S+)$/m)
    await command.until(/the bot is connected/)
    await fetch(`${url}/_sim/say`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ room: 'c2c:ann', person: 'ann', text: '/ping' }),
    })
    await command.until(/^[^:\n]+: pong$/m)
    const code = await command.interrupt()
    await command.until(/^bot │ stopped well$/m)
    await command.until(/^Stopped\.$/m)
    if (code !== 0) throw new Error(`qqkit dev ended with ${code}`)
  } finally {
    command.kill()
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
  await createAndDevelop(project, folder)
}
