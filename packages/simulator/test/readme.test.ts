import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { promisify } from 'node:util'

import { ManualClock } from '@qqkit/core/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'

import {
  createMemorySimulator,
  faults,
  incidents,
  liveSwitches,
  type MemorySimulator,
  type SocketSimulator,
  startSimulator,
} from '../src/index.js'

const run = promisify(execFile)

const LANGUAGES = ['README.md', 'README.zh-CN.md']
const FOLDER = new URL('../reports/readme/', import.meta.url)

const read = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')

const snippetsOf = (name: string): readonly string[] =>
  [...read(name).matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '')

/** The expected output of a snippet, from comments after `console.log`. */
const promisedBy = (snippet: string): readonly string[] =>
  [...snippet.matchAll(/console\.log\(.*\) \/\/ '(.*)'$/gm)].map((match) => match[1] ?? '')

/** The variables that a snippet expects. */
interface Given {
  startBot?: (sim: SocketSimulator) => Promise<void>
  sim?: MemorySimulator
}

/** Runs a snippet as a separate module. A fixed port in it is replaced by a free one. */
const play = async (name: string, number: number, snippet: string, given: Given): Promise<Given> => {
  mkdirSync(FOLDER, { recursive: true })
  const file = new URL(`${name.toLowerCase().replaceAll('.', '-')}-${number}.ts`, FOLDER)
  const granted = Object.keys(given)
    .filter((key) => !new RegExp(`const ${key}\\b`).test(snippet))
    .map((key) => `const ${key} = globalThis.given.${key}\n`)
  const code = snippet
    .replaceAll("'@qqkit/simulator'", "'../../src/index.js'")
    .replaceAll("'@qqkit/simulator/testing'", "'../../src/testing/index.js'")
    .replace('{ port: 4790 }', '{ page: false }')
  const ending = /const sim = await startSimulator/.test(code) ? 'await sim.close()\n' : ''
  writeFileSync(file, `// @ts-nocheck\n${granted.join('')}${code}${ending}`)
  Object.assign(globalThis, { given })
  return (await import(/* @vite-ignore */ file.href)) as Given
}

afterEach(() => rmSync(FOLDER, { recursive: true, force: true }))

describe.each(LANGUAGES)('the snippets of %s', (name) => {
  it('run, and log what their comments promise', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {})
    const sim = createMemorySimulator({ clock: new ManualClock() })
    const snippets = snippetsOf(name)
    const bot = snippets.findIndex((snippet) => snippet.includes('export const startBot'))
    const { startBot } = await play(name, bot, snippets[bot] ?? '', {})
    for (const [number, snippet] of snippets.entries()) {
      if (number === bot) continue
      log.mockClear()
      await play(name, number, snippet, { sim, ...(startBot ? { startBot } : {}) })
      const said = log.mock.calls.map(([text]) => String(text))
      const promised = promisedBy(snippet)
      expect(said.map((text) => text.replace(/:\d+$/, ''))).toEqual(
        promised.map((text) => text.replace(/:\d+$/, '')),
      )
    }
    expect(snippets.length).toBeGreaterThanOrEqual(6)
    expect(sim.faults.armed().length).toBeGreaterThanOrEqual(3)
    log.mockRestore()
    await sim.close()
  })
})

describe.each(LANGUAGES)('the walk with curl in %s', (name) => {
  it('SM-23 gets a token, the bot, the gateway, and sends a message', async () => {
    const sim = await startSimulator({ page: false })
    const commands = [...read(name).matchAll(/^curl .*$/gm)].map(([line]) => line)
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
    await sim.close()
  })
})

describe.each(LANGUAGES)('the tables of %s', (name) => {
  const readme = read(name)

  it('name every fault of the catalogue', () => {
    for (const fault of Object.keys(faults)) expect(readme).toContain(`\`${fault}\``)
  })

  it('SM-07 name every live switch with its values, default first, and its section', () => {
    const chinese = name.includes('zh')
    for (const [live, { values, number, section, what }] of Object.entries(liveSwitches)) {
      const row = readme.split('\n').find((line) => line.startsWith(`| \`${live}\``)) ?? ''
      const cells = row.split('|').map((cell) => cell.trim())
      const quoted = values.map((value) => `\`${value}\``).join(chinese ? '、' : ', ')
      expect(cells[2]).toBe(
        number === null ? quoted : `${quoted}${chinese ? '、字节数' : ', a number of bytes'}`,
      )
      expect(cells[3]).toBe(chinese ? what.zh : what.en)
      expect(cells[4]).toMatch(`[${section}](https://`)
    }
  })

  it('name every incident', () => {
    for (const incident of Object.keys(incidents)) expect(readme).toContain(`| \`${incident}\` `)
  })
})
