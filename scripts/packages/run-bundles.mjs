// Runs a bot as bundlers and other runtimes run it, against the simulator, and talks to it.
import { spawn } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'

import { startDesk } from '@qqkit/simulator/testing'
import { startSimulator } from '@qqkit/simulator'

import { collect, run } from './run.mjs'

const NODE = process.execPath

/** What needs no more than the packages of the workspace. */
export const AT_HAND = ['esbuild.config.mjs', 'esbuild.esm.config.mjs', 'vite.config.mjs']

/** How each configuration of the guide is run in a project. @type {Readonly<Record<string, readonly string[]>>} */
const BUNDLERS = {
  'esbuild.config.mjs': ['esbuild.config.mjs'],
  'esbuild.esm.config.mjs': ['esbuild.esm.config.mjs'],
  'vite.config.mjs': ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn'],
  'rollup.config.mjs': ['node_modules/rollup/dist/bin/rollup', '--silent', '-c', 'rollup.config.mjs'],
  'webpack.config.mjs': ['node_modules/webpack-cli/bin/cli.js', '-c', 'webpack.config.mjs'],
}

/** The configurations of the guide, by the name in their first comment. @param {string} root */
const configurationsOf = (root) => {
  const guide = readFileSync(path.join(root, 'docs', 'guides', 'bundling.md'), 'utf8')
  return new Map(
    [...guide.matchAll(/^```js\n\/\/ (\S+\.mjs)\n([^]*?)^```$/gm)].map(([, name = '', code = '']) => [
      name,
      code,
    ]),
  )
}

/** Lets a project use packages of the workspace. @param {string} project @param {Readonly<Record<string, string>>} packages */
const link = (project, packages) => {
  for (const [name, folder] of Object.entries(packages)) {
    const place = path.join(project, 'node_modules', name)
    mkdirSync(path.dirname(place), { recursive: true })
    if (!existsSync(place)) symlinkSync(folder, place, 'junction')
  }
}

/**
 * Makes a project with the bot and the configurations of the guide.
 *
 * @param {string} project
 * @param {string} root
 * @param {Readonly<Record<string, string>>} packages that the project would not find, with their folders
 */
export const makeBundleProject = (project, root, packages = {}) => {
  mkdirSync(path.join(project, 'src'), { recursive: true })
  writeFileSync(
    path.join(project, 'package.json'),
    '{ "name": "bundled", "private": true, "type": "module" }',
  )
  cpSync(path.join(import.meta.dirname, 'bundled-bot.mjs'), path.join(project, 'src', 'main.js'))
  for (const [name, code] of configurationsOf(root)) writeFileSync(path.join(project, name), code)
  const modules = path.join(root, 'node_modules')
  link(project, {
    esbuild: path.join(modules, 'esbuild'),
    vite: path.join(root, 'scripts', 'node_modules', 'vite'),
    ...packages,
  })
}

/** Says everything that the bot knows, and breaks its connection. @param {import('@qqkit/simulator/testing').Desk} desk */
const talk = async (desk) => {
  const ann = desk.user('ann')
  await ann.say('/ping').expect('pong')
  await ann.say('/tea').expect({ buttons: ['Yes'] })
  await ann.press('Yes').expectAck(0)
  await ann.expect('Here is your tea.')
  await ann.say('/picture').expect({ media: 'image' })
  await ann.say('/story').expect({ content: 'once upon a time', streamed: true })
  desk.sim.faults.dropConnections()
  await ann.say('/ask').expect('Which?')
  await ann.say('that').expect('Not that.')
}

/**
 * Starts a bot as a program, talks to it, and stops it.
 *
 * @param {string} folder where it runs
 * @param {string} program
 * @param {readonly string[]} args
 */
const talkTo = async (folder, program, args) => {
  mkdirSync(folder, { recursive: true })
  const sim = await startSimulator()
  const { appId, secret } = sim.credentials
  /** @type {ReturnType<typeof spawn> | undefined} */
  let child
  /** @type {ReturnType<typeof collect> | undefined} */
  let ended
  try {
    const bot = {
      start: () => {
        const addresses = { QQKIT_API_URL: sim.url, QQKIT_TOKEN_URL: sim.tokenUrl }
        const env = { ...process.env, ...addresses, QQ_APP_ID: appId, QQ_APP_SECRET: secret }
        child = spawn(program, args, { cwd: folder, env })
        ended = collect(child)
        return ended
      },
      stop: () => child?.kill('SIGTERM'),
    }
    const desk = await startDesk(bot, { simulator: sim, timeout: 10_000 })
    try {
      await talk(desk)
    } finally {
      await desk.close()
    }
    const { code, output } = (await ended) ?? { code: null, output: '' }
    if (code !== 0 || !output.includes('stopped well')) throw new Error(`it ended with ${code}:\n${output}`)
  } catch (error) {
    child?.kill('SIGKILL')
    const { output = '' } = (await ended) ?? {}
    throw new Error(`${program} ${args.join(' ')}: ${String(error)}\n${output}`, { cause: error })
  } finally {
    await sim.close()
  }
}

/**
 * Bundles the bot with configurations of the guide, one after the other, and runs each bundle in a folder without packages.
 *
 * @param {string} project
 * @param {readonly string[]} names of configurations; by default all of the guide
 * @returns {Promise<string[]>} faults
 */
export const useBundlers = async (project, names = Object.keys(BUNDLERS)) => {
  /** @type {string[]} */
  const faults = []
  const folder = mkdtempSync(path.join(tmpdir(), 'qqkit-bundle-'))
  for (const name of names) {
    const args = BUNDLERS[name]
    const started = performance.now()
    try {
      if (!args || !existsSync(path.join(project, name))) throw new Error(`the guide has no ${name}`)
      await run(project, NODE, ...args)
      const alone = path.join(folder, name)
      cpSync(path.join(project, 'bundle'), alone, { recursive: true })
      const main = ['main.mjs', 'main.cjs', 'main.js'].find((file) => existsSync(path.join(alone, file)))
      if (main === undefined) throw new Error('there is no bundle')
      if (main === 'main.js') writeFileSync(path.join(alone, 'package.json'), '{ "type": "module" }')
      await talkTo(alone, NODE, [main])
      console.log(`${name}: works, ${Math.round((performance.now() - started) / 1000)} s`)
    } catch (error) {
      faults.push(`${name}: ${String(error)}`)
    } finally {
      rmSync(path.join(project, 'bundle'), { recursive: true, force: true })
    }
  }
  rmSync(folder, { recursive: true, force: true })
  return faults
}

/**
 * Runs the bot of the project with other runtimes.
 *
 * @param {string} project
 * @param {Readonly<Record<string, readonly string[]>>} runtimes programs with their arguments before the file
 * @returns {Promise<string[]>} faults
 */
export const useRuntimes = async (project, runtimes) => {
  /** @type {string[]} */
  const faults = []
  for (const [program, args] of Object.entries(runtimes)) {
    try {
      await talkTo(path.join(project, `run-${path.basename(program)}`), program, [
        ...args,
        path.join(project, 'src', 'main.js'),
      ])
      console.log(`${path.basename(program)}: works`)
    } catch (error) {
      faults.push(String(error))
    }
  }
  return faults
}
