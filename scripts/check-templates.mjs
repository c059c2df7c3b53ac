// Goes the way of a person who begins a bot, with the packages as a release will have them: creates each template in both
// languages from tarballs, installs it, checks, tests, builds and runs it on a simulator, and stops it. One of them also by
// the steps of its Dockerfile. `--template basic` takes one; `--manager pnpm` installs with another program, `--node 24`
// takes another Node.
import { spawn } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'

import { buildImage } from './packages/dockerfile.mjs'
import { publishHere } from './packages/release.mjs'
import { begin, collect } from './packages/run.mjs'

/** Packages besides ours in the smallest project. */
const MOST_PACKAGES = 25
/** Most ms for anything that a bot does. */
const PATIENCE = 60_000
/** The user without rights of most systems. */
const NOBODY = 65_534

const { values } = parseArgs({
  options: {
    template: { type: 'string' },
    manager: { type: 'string', default: 'npm' },
    node: { type: 'string' },
  },
})
const root = path.dirname(import.meta.dirname)
const folder = mkdtempSync(path.join(tmpdir(), 'qqkit-templates-'))
chmodSync(folder, 0o755)
const isRoot = process.getuid?.() === 0

/** The environment without anything that a bot would read. */
const env = /** @type {Record<string, string>} */ (
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(?:QQ|LANG$|LC_|NODE_OPTIONS$|PORT$|npm_|pnpm_)/i.test(name),
    ),
  )
)

/** @param {unknown} condition @param {string} fault */
const must = (condition, fault) => {
  if (!condition) throw new Error(fault)
}

/** The Node that runs the bots. */
let node = process.execPath

/** Runs a program to its end, which must be a good one; gives its output. @param {string} cwd @param {string} program @param {readonly string[]} args */
const succeed = async (cwd, program, ...args) => {
  const { code, output } = await collect(spawn(program, args, { cwd, env }))
  must(code === 0, `${program} ${args.join(' ')} ended with ${code} in ${path.basename(cwd)}:\n${output}`)
  return output
}

/** A port that is free. @returns {Promise<number>} */
const freePort = async () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
      server.close(() => resolve(port))
    })
  })

/** @typedef {Readonly<Record<string, string>>} Env */

/**
 * Talks to a bot until it answers, and stops it.
 *
 * @param {any} simulator the package
 * @param {object} bot
 * @param {string} bot.what
 * @param {boolean} bot.webhook whether events are pushed to it
 * @param {(env: Env) => import('node:child_process').ChildProcess} bot.start
 * @param {NodeJS.Signals} [bot.signal]
 * @param {(env: Env) => Promise<boolean>} [bot.isHealthy]
 */
const converse = async (simulator, { what, webhook, start, signal = 'SIGTERM', isHealthy }) => {
  const sim = await simulator.startSimulator({ page: false })
  const port = await freePort()
  const health = `http://127.0.0.1:${port}/health`
  const own = {
    QQ_APP_ID: sim.credentials.appId,
    QQ_APP_SECRET: sim.credentials.secret,
    QQKIT_API_URL: sim.url,
    QQKIT_TOKEN_URL: sim.tokenUrl,
    LC_ALL: 'en_US.UTF-8',
    PORT: String(port),
  }
  const child = start(own)
  const over = AbortSignal.timeout(PATIENCE)
  const ended = collect(child)
  void ended.catch(() => {})
  const kill = () => child.kill('SIGKILL')
  over.addEventListener('abort', kill)
  try {
    const look =
      isHealthy ??
      (async () =>
        fetch(health).then(
          ({ ok }) => ok,
          () => false,
        ))
    const isRunning = () => child.exitCode === null && child.signalCode === null
    while (isRunning() && !(await look(own))) await new Promise((resolve) => void setTimeout(resolve, 100))
    if (webhook) sim.changeBot({ webhook: `http://127.0.0.1:${port}/qq` })
    if (isRunning()) {
      const [said, expected] = what.startsWith('agent') ? ['你好', '你说：你好'] : ['/ping', 'pong']
      const { content } = await sim.replyTo(sim.user('ann').say(said))
      must(content.startsWith(expected), `${what} answered ${content}`)
    }
    child.kill(signal)
    const { code, output } = await ended
    must(code === 0, `${what} ended with ${code}:\n${output}`)
    must(/: ready|"ready /.test(output) && !/warn|error/.test(output), `${what} said:\n${output}`)
  } finally {
    over.removeEventListener('abort', kill)
    kill()
    await sim.close()
  }
}

/**
 * Starts a bot that cannot start: one line in each language, and exit code 1.
 *
 * @param {(env: Env) => import('node:child_process').ChildProcess} start
 */
const refuse = async (start) => {
  const taken = createServer()
  await new Promise((resolve) => void taken.listen(0, () => resolve(undefined)))
  const { port } = /** @type {import('node:net').AddressInfo} */ (taken.address())
  const closed = await freePort()
  const locked = path.join(folder, 'locked')
  mkdirSync(locked, { recursive: true, mode: 0o555 })
  const credentials = { QQ_APP_ID: '102000001', QQ_APP_SECRET: 'tst-secret-0001' }
  const nowhere = {
    QQKIT_API_URL: `http://127.0.0.1:${closed}`,
    QQKIT_TOKEN_URL: `http://127.0.0.1:${closed}/`,
  }
  const old = 'data:text/javascript,Object.defineProperty(process.versions,%22node%22,{value:%2218.20.0%22})'
  /** @type {readonly (readonly [string, Env, RegExp, RegExp])[]} */
  const rows = [
    ['no .env', {}, /not both set.*qqkit login/, /没有都设置.*qqkit login/],
    [
      'both swapped',
      { QQ_APP_ID: 'tst-secret-0001', QQ_APP_SECRET: '102000001' },
      /not a number/,
      /不是数字/,
    ],
    ['a wrong port', { ...credentials, PORT: 'x' }, /PORT is "x"/, /PORT 为“x”/],
    [
      'a port that is taken',
      { ...credentials, ...nowhere, PORT: String(port) },
      /port \d+ is taken/,
      /端口 \d+ 已被占用/,
    ],
    [
      'no rights',
      { ...credentials, QQ_DATA: path.join(locked, 'data') },
      /cannot be written/,
      /无法写入目录/,
    ],
    ['no network', { ...credentials, ...nowhere, PORT: '0' }, /check the network/, /检查本机的网络/],
    ['an old Node', { NODE_OPTIONS: `--import=${old}` }, /needs Node 20\.19/, /需要 Node 20\.19/],
  ]
  const faults = await Promise.all(
    rows.flatMap(([what, own, ...patterns]) =>
      ['en_US.UTF-8', 'zh_CN.UTF-8'].map(async (language, index) => {
        const { code, output } = await collect(start({ ...own, LC_ALL: language }))
        // That calls go elsewhere is told as well; it is this check that leads them there.
        const lines = output.split('\n').filter((line) => line !== '' && !line.includes('QQKIT_API_URL'))
        const good = code === 1 && lines.length === 1 && patterns[index]?.test(lines[0] ?? '')
        return good && !output.includes('tst-secret')
          ? []
          : [`with ${what} (${language}) it ended with ${code}:\n${output}`]
      }),
    ),
  )
  taken.close()
  must(faults.flat().length === 0, faults.flat().join('\n'))
}

/** Packages of other people in a project. @param {string} project */
const countOthers = async (project) => {
  const output = await succeed(project, 'npm', 'ls', '--all', '--parseable')
  const names = output
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split('node_modules/').at(-1) ?? '')
  return new Set(names.filter((name) => !/^(?:@qqkit\/.*|qqkit)$/.test(name))).size
}

/** What people say to each template before and after its bot began anew, and the answers. */
const TALKS = {
  basic: [
    ['/ping', 'pong'],
    ['/echo again', 'again'],
  ],
  webhook: [
    ['/ping', 'pong'],
    ['again', '/help'],
  ],
  // What was said before the change is known after it.
  agent: [
    ['你好', '你说：你好（之前有 0 条消息）'],
    ['再来', '你说：再来（之前有 2 条消息）'],
  ],
}

/**
 * Runs a project in `qqkit dev`, talks to its bot, changes a file, and talks on.
 *
 * @param {string} project
 * @param {keyof typeof TALKS} template
 */
const develop = async (project, template) => {
  const bin = path.join(project, 'node_modules/qqkit/bin/qqkit.cjs')
  const own = { ...env, LC_ALL: 'en_US.UTF-8', PORT: String(await freePort()) }
  const dev = begin(node, [bin, 'dev', '--port', '0'], { cwd: project, env: own, patience: PATIENCE })
  const kept = path.join(project, 'data')
  const before = readdirSync(kept)
  try {
    const url = await dev.until(/^ {2}(http:\S+)$/m)
    await dev.until(/the bot is connected/)
    const [first = [], second = []] = TALKS[template]
    for (const [said = '', answer = ''] of [first, second]) {
      await fetch(`${url}/_sim/say`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ room: 'c2c:ann', person: 'ann', text: said }),
      })
      await dev.until(new RegExp(`^ann: ${said}\\n[^]*^(?!bot │)[^:\n]+: .*${answer}`, 'm'))
      if (said === second[0]) break
      const file = readdirSync(path.join(project, 'src')).find((name) => name.startsWith('main.'))
      appendFileSync(path.join(project, 'src', file ?? ''), '\n')
      await dev.until(/has changed: the bot starts again[^]*the bot (?:is connected|has resumed its session)/)
    }
    const code = await dev.interrupt()
    await dev.until(/^Stopped\.$/m)
    must(code === 0, `${template} ended with ${code} in qqkit dev`)
    must(readdirSync(kept).length === before.length, `${template} keeps data of qqkit dev beside its own`)
  } finally {
    dev.kill()
  }
}

/** What package managers say although all is well. */
const ALL_WELL = /^(?:\s*$|npm notice|.*(?:Lockfile|lockfile|update available|No license field))/

/**
 * Installs a project. Nothing may be complained about.
 *
 * @param {string} project
 */
const install = async (project) => {
  // Two runs of yarn at once spoil a shared cache.
  const options = {
    npm: ['--no-audit', '--no-fund', '--prefer-offline'],
    yarn: ['--cache-folder', `${project}-cache`],
  }
  const args = values.manager === 'npm' || values.manager === 'yarn' ? options[values.manager] : []
  const program = { npm: ['npm'], pnpm: ['npx', '-y', 'pnpm@10.34.9'], yarn: ['npx', '-y', 'yarn@1.22.22'] }[
    values.manager
  ]
  must(program !== undefined, `there is no manager ${values.manager}`)
  const output = await succeed(project, .../** @type {[string]} */ (program), 'install', ...args)
  const warnings = output.split('\n').filter((line) => /\bwarn/i.test(line) && !ALL_WELL.test(line))
  must(warnings.length === 0, `${path.basename(project)} installs with warnings:\n${warnings.join('\n')}`)
}

/**
 * Everything that a person does with a new project.
 *
 * @param {string} tools where the command is installed
 * @param {string} template
 * @param {boolean} js
 */
const tryTemplate = async (tools, template, js) => {
  const began = performance.now()
  const name = `${template}-${js ? 'js' : 'ts'}`
  const project = path.join(folder, name)
  const command = path.join(tools, 'node_modules/create-qqkit/bin/create-qqkit.cjs')
  await succeed(
    folder,
    process.execPath,
    command,
    name,
    '--template',
    template,
    '--no-install',
    ...(js ? ['--js'] : []),
  )
  await install(project)
  if (template === 'basic' && values.manager === 'npm') {
    const count = await countOthers(project)
    must(count <= MOST_PACKAGES, `${name} installs ${count} packages besides ours`)
  }
  if (!js) {
    await succeed(project, 'npm', 'run', 'typecheck')
    await succeed(project, 'npm', 'run', 'build')
  }
  await succeed(project, 'npm', 'test')
  const main = path.join(project, js ? 'src/main.js' : 'dist/main.js')
  const simulator = await import(
    pathToFileURL(path.join(tools, 'node_modules/@qqkit/simulator/dist/index.js')).href
  )
  // As an ordinary user, who may not write everywhere.
  const user = isRoot ? { uid: NOBODY, gid: NOBODY } : {}
  const data = path.join(project, 'data')
  mkdirSync(data, { mode: 0o777 })
  chmodSync(data, 0o777)
  const start = (/** @type {Env} */ own) =>
    spawn(node, [main], { cwd: project, env: { ...env, ...own }, ...user })
  await converse(simulator, { what: name, webhook: template === 'webhook', start })
  must(existsSync(path.join(data, 'session.json')) || template === 'webhook', `${name} keeps no session`)
  await refuse(start)
  await develop(project, /** @type {keyof typeof TALKS} */ (template))
  console.log(`${name}: ${Math.round((performance.now() - began) / 1000)} s`)
  return { project, simulator }
}

/** @param {Awaited<ReturnType<typeof tryTemplate>>} tried */
const tryDockerfile = async ({ project, simulator }) => {
  const stages = path.join(folder, 'image')
  mkdirSync(stages)
  const cache = env['npm_config_cache'] ?? path.join(env['HOME'] ?? '', '.npm')
  const image = await buildImage(project, stages, {
    npm_config_registry: env['npm_config_registry'] ?? '',
    npm_config_cache: cache,
  })
  const { stopSignal: signal, start, isHealthy } = image
  await converse(simulator, { what: 'the image', webhook: false, start, signal, isHealthy })
  must(existsSync(path.join(image.root, 'home/node/data/session.json')), 'the image keeps no session')
  const modules = path.join(image.root, 'app/node_modules')
  // npm leaves folders of scopes behind.
  const others = readdirSync(modules).filter(
    (one) => !/^(?:\.|@qqkit$)/.test(one) && readdirSync(path.join(modules, one)).length > 0,
  )
  must(others.join(' ') === 'undici ws', `the image contains ${others.join(', ')}`)
}

/** Takes another Node from npm. @param {string} version */
const takeNode = async (version) => {
  const home = path.join(folder, 'node')
  mkdirSync(home)
  writeFileSync(path.join(home, 'package.json'), '{}')
  await succeed(home, 'npm', 'install', '--no-audit', '--no-fund', `node@${version}`)
  const programs = path.join(home, 'node_modules/.bin')
  env['PATH'] = `${programs}${path.delimiter}${env['PATH']}`
  node = path.join(programs, 'node')
  const taken = await succeed(home, node, '--version')
  must(taken.startsWith(`v${version}.`), `Node ${version} was asked for, and npm gave ${taken}`)
}

const began = performance.now()
/** @type {Awaited<ReturnType<typeof publishHere>> | null} */
let registry = null
try {
  const usual = (await succeed(folder, 'npm', 'config', 'get', 'registry')).trim()
  registry = await publishHere(root, folder, usual)
  env['npm_config_registry'] = registry.url
  const tools = path.join(folder, 'tools')
  mkdirSync(tools)
  writeFileSync(path.join(tools, 'package.json'), '{}')
  await succeed(
    tools,
    'npm',
    'install',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    'create-qqkit',
    '@qqkit/simulator',
  )
  console.log(`packed and published here: ${Math.round((performance.now() - began) / 1000)} s`)
  if (values.node !== undefined) await takeNode(values.node)
  const templates = readdirSync(path.join(tools, 'node_modules/qqkit/dist/templates'))
  const chosen = templates.filter((one) => values.template === undefined || one === values.template)
  for (const template of chosen) {
    const [typed] = await Promise.all([
      tryTemplate(tools, template, false),
      tryTemplate(tools, template, true),
    ])
    if (template === 'basic') await tryDockerfile(typed)
  }
  console.log(`Created, installed, tested, run and stopped: ${chosen.join(', ')}`)
} finally {
  registry?.close()
  rmSync(folder, { recursive: true, force: true })
}
