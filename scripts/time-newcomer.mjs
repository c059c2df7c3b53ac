// Times what a stranger does first, with empty caches: `npm create qqkit` from tarballs until a bot answers, and the first
// command of the README in a fresh clone of what is committed; with `--test` the second one too, which runs all tests.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'

import { begin, collect } from './packages/run.mjs'
import { publishHere } from './packages/release.mjs'

/** Most ms of one stage. */
const PATIENCE = 600_000

const { values } = parseArgs({ options: { test: { type: 'boolean' } } })
const root = path.dirname(import.meta.dirname)
const folder = mkdtempSync(path.join(tmpdir(), 'qqkit-newcomer-'))

/** The environment of a person who has used neither npm nor pnpm. @param {string} name */
const freshEnv = (name) => {
  const caches = path.join(folder, `${name}-caches`)
  const kept = Object.entries(process.env).filter(
    ([variable]) => !/^(?:QQ|LANG$|LC_|NODE_OPTIONS$|PORT$|npm_|pnpm_|TURBO)/i.test(variable),
  )
  return {
    ...Object.fromEntries(kept),
    npm_config_cache: path.join(caches, 'npm'),
    npm_config_yes: 'true',
    XDG_CACHE_HOME: path.join(caches, 'cache'),
    XDG_DATA_HOME: path.join(caches, 'data'),
  }
}

/** Runs a program to its end, which must be a good one. @param {string} cwd @param {NodeJS.ProcessEnv} env @param {string} program @param {readonly string[]} args */
const succeed = async (cwd, env, program, ...args) => {
  const { code, output } = await collect(spawn(program, args, { cwd, env }))
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}:\n${output}`)
  return output
}

/** Prints how long something takes. @template Result @param {string} what @param {() => Promise<Result>} act */
const timed = async (what, act) => {
  const began = performance.now()
  const result = await act()
  console.log(`${what}: ${((performance.now() - began) / 1000).toFixed(1)} s`)
  return result
}

/** `npm create qqkit` until an answer on the page. @param {string} registry */
const createBot = async (registry) => {
  const env = { ...freshEnv('create'), npm_config_registry: registry }
  await timed('npm create qqkit my-bot', async () => succeed(folder, env, 'npm', 'create', 'qqkit', 'my-bot'))
  await timed('npm run dev, until the bot answers', async () => {
    const cwd = path.join(folder, 'my-bot')
    const dev = begin('npm', ['run', 'dev', '--', '--port', '0', '--lang', 'en'], {
      cwd,
      env,
      patience: PATIENCE,
    })
    try {
      const url = await dev.until(/^ {2}(http:\S+)$/m)
      await dev.until(/the bot is connected/)
      await fetch(`${url}/_sim/say`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ room: 'c2c:ann', person: 'ann', text: '/ping' }),
      })
      await dev.until(/^[^:\n]+: pong$/m)
      await dev.interrupt()
    } finally {
      dev.kill()
    }
  })
}

const PNPM = ['-y', 'pnpm@10.34.9']

/** Commands of the README, in a clone. */
const tryRepository = async () => {
  const env = freshEnv('clone')
  const cwd = path.join(folder, 'clone')
  await succeed(folder, env, 'git', 'clone', '--quiet', root, cwd)
  await timed('pnpm start, until the bot answers', async () => {
    const example = begin('npx', [...PNPM, 'start'], { cwd, env, patience: PATIENCE })
    try {
      await example.until(/^ {2}bot +\S/m)
      await example.interrupt()
    } finally {
      example.kill()
    }
  })
  if (!values.test) return
  const output = await timed('pnpm test, until the last line', async () =>
    succeed(cwd, env, 'npx', ...PNPM, 'test'),
  )
  console.log(output.trim().split('\n').at(-1))
}

let registry = null
try {
  const load = loadavg()[0] ?? 0
  console.log(`Node ${process.versions.node}, ${cpus().length} cores, load ${load.toFixed(1)} at the start`)
  mkdirSync(path.join(folder, 'published'))
  const usual = (await succeed(folder, freshEnv('published'), 'npm', 'config', 'get', 'registry')).trim()
  registry = await publishHere(root, path.join(folder, 'published'), usual)
  const { url } = registry
  await timed('npm create qqkit, until the bot answers', async () => createBot(url))
  await tryRepository()
} finally {
  registry?.close()
  rmSync(folder, { recursive: true, force: true })
}
