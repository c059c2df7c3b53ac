/** The walk with curl in the guide to the simulator, as people type it. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'

import { startSimulator } from '@qqkit/simulator'
import { expect, it, onTestFinished } from 'vitest'

const run = promisify(execFile)
const PAGES = ['simulator.md', 'simulator.zh-CN.md']
const folder = path.join(import.meta.dirname, '..', '..', '..', 'docs', 'guides')

it.each(PAGES)('SM-23 curl in %s gets a token and sends a message', async (name) => {
  const sim = await startSimulator({ page: false })
  onTestFinished(async () => sim.close())
  const text = readFileSync(path.join(folder, name), 'utf8')
  const commands = [...text.matchAll(/^curl .*$/gm)].map(([line]) => line)
  const env = { ...process.env, TOKEN: '', OPENID: sim.user('ann').id }
  const curl = async (line = ''): Promise<unknown> => {
    const { stdout } = await run('bash', ['-c', line.replace('http://127.0.0.1:4790', sim.url)], { env })
    return JSON.parse(stdout)
  }
  expect(commands).toHaveLength(4)
  const token = (await curl(commands[0])) as { readonly access_token: string }
  env.TOKEN = token.access_token
  expect(await curl(commands[1])).toMatchObject({ bot: true })
  expect(await curl(commands[2])).toMatchObject({ url: `${sim.url.replace('http', 'ws')}/websocket` })
  expect(await curl(commands[3])).toHaveProperty('id')
  expect(sim.log.of('message')).toMatchObject([{ peer: 'ann', content: 'hello from curl' }])
})
