import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

import type { SocketSimulator } from '@qqkit/simulator'
import { faults } from '@qqkit/simulator'
import { nodeHandler, Webhook } from '@qqkit/webhook'
import { describe, expect, it } from 'vitest'

import { ask } from '../../src/http/ask.js'
import { type AroundInit, type Ran, runCommand } from '../support/command.js'
import { preloads, withPackages } from '../support/dev.js'
import { temporaryFolders } from '../support/folder.js'
import { platform, server } from '../support/servers.js'

/** Only their owner reads the secrets in them. */
const place = temporaryFolders(0o600)

const credentials = ({ credentials: { appId, secret }, url }: SocketSimulator): NodeJS.ProcessEnv => ({
  QQ_APP_ID: appId,
  QQ_APP_SECRET: secret,
  QQ_BASE_URL: url,
})

interface Finding {
  readonly check: string
  readonly level: string
  readonly text: string
  readonly next?: string
}

const pauses: number[] = []
const elsewhere = place()
const examine = async (args: readonly string[], init: AroundInit = {}): Promise<Ran> =>
  runCommand(['doctor', ...args], {
    cwd: elsewhere,
    ...init,
    deps: { pause: async (ms) => void pauses.push(ms), ...init.deps },
  })

/** The findings of an examination, in both languages the same checks and levels. */
const findings = async (
  args: readonly string[],
  init: AroundInit,
): Promise<{ readonly code: number; readonly found: readonly Finding[] }> => {
  const { code, lines, complaints } = await examine([...args, '--json'], init)
  expect(complaints).toEqual([])
  const { ok, findings: found } = JSON.parse(lines[0] ?? '') as { ok: boolean; findings: readonly Finding[] }
  expect(code).toBe(ok ? 0 : 1)
  for (const { level, text, next } of found) {
    expect(text).not.toBe('')
    if (level !== 'ok') expect(next).toMatch(/\S/)
  }
  return { code, found }
}

const of = (check: string, found: readonly Finding[]): readonly Finding[] =>
  found.filter((one) => one.check === check)

describe('doctor', () => {
  it('CL-03 examines a bot that is well, line by line, in both languages', async () => {
    const sim = await platform()
    const env = credentials(sim)
    const { code, lines } = await examine([], { env })
    expect(lines.map((line) => line.replace(/:.*/, ''))).toEqual([
      '✓ versions',
      '✓ settings',
      '✓ proxy',
      '✓ store',
      '✓ hosts',
      '✓ clock',
      '✓ token',
      '✓ address list',
      '✓ gateway',
      '✓ intents',
    ])
    expect(code).toBe(0)
    expect(lines.at(-1)).toMatch(/granted: GUILDS, .*GROUP_AND_C2C_EVENT/)
    expect(pauses).toEqual([])
    const other = credentials(await platform())
    expect((await examine([], { env: other, language: 'zh' })).lines).toContain(
      '✓ IP 白名单：允许本机访问，或未设置',
    )
    expect(pauses).toEqual([])
  })

  it.each([
    ['no settings', {}, {}, /QQ_APP_ID and QQ_APP_SECRET not set, and there is no \.env/, /login/],
    ['half of them', { '.env': 'QQ_APP_ID=102\n' }, {}, /^QQ_APP_SECRET not set$/, /login/],
    ['swapped ones', {}, { QQ_APP_ID: 'abcDEF', QQ_APP_SECRET: '1020' }, /look swapped/, /console/],
    ['a wrong AppID', {}, { QQ_APP_ID: 'my bot', QQ_APP_SECRET: 'x1' }, /QQ_APP_ID is no AppID/, /console/],
  ])('CL-03 finds %s', async (_, files, env, text, next) => {
    const sim = await platform()
    const { code, found } = await findings([], { cwd: place(files), env: { QQ_BASE_URL: sim.url, ...env } })
    expect(code).toBe(1)
    expect(of('settings', found)).toEqual([
      {
        check: 'settings',
        level: 'fault',
        text: expect.stringMatching(text),
        next: expect.stringMatching(next),
      },
    ])
    expect(of('hosts', found)).toHaveLength(1)
    expect(of('token', found)).toEqual([])
  })

  it('CL-03 finds a .env that others can read, and that git would take', async () => {
    const sim = await platform()
    const { appId, secret } = sim.credentials
    const cwd = place({ '.env': `QQ_APP_ID=${appId}\nQQ_APP_SECRET=${secret}\n`, '.git/HEAD': '' })
    chmodSync(path.join(cwd, '.env'), 0o644)
    const { code, found } = await findings([], { cwd, env: { QQ_BASE_URL: sim.url } })
    expect(code).toBe(0)
    expect(of('settings', found).map(({ level, text }) => `${level}: ${text}`)).toEqual([
      'warning: .env can be read by other users of this machine',
      'warning: git does not ignore .env, which has the AppSecret',
    ])
    writeFileSync(path.join(cwd, '.gitignore'), 'node_modules/\n.env\n')
    chmodSync(path.join(cwd, '.env'), 0o600)
    const again = await findings([], { cwd, env: { QQ_BASE_URL: sim.url } })
    expect(of('settings', again.found)).toMatchObject([{ level: 'ok' }])
  })

  it('CL-03 finds a variable of qqkit dev that was left behind', async () => {
    const sim = await platform()
    const { found } = await findings([], { env: { ...credentials(sim), QQKIT_API_URL: sim.url } })
    expect(of('settings', found)).toMatchObject([
      { level: 'ok' },
      { level: 'warning', text: `QQKIT_API_URL is set: bots on qqkit call ${sim.url} in place of QQ` },
    ])
  })

  it('CL-03 stops at Ctrl-C', async () => {
    const stop = new AbortController()
    const sim = await platform({ bot: { intents: 0 } })
    const { code, complaints } = await examine([], {
      env: credentials(sim),
      signal: stop.signal,
      language: 'zh',
      deps: {
        pause: async () => {
          stop.abort()
          stop.signal.throwIfAborted()
        },
      },
    })
    expect({ code, complaints }).toEqual({ code: 1, complaints: ['已停止。'] })
  })

  it('CL-03 finds packages that are not installed, or of versions that do not belong together', async () => {
    const manifest =
      '{ "dependencies": { "@qqkit/bot": "^0.1.0" }, "devDependencies": { "@qqkit/simulator": "*" } }'
    const bot = { 'node_modules/@qqkit/bot/package.json': '{ "version": "0.1.3" }' }
    const simulator = { 'node_modules/@qqkit/simulator/package.json': '{ "version": "0.1.9" }' }
    const other = { 'node_modules/@qqkit/simulator/package.json': '{ "version": "0.2.0" }' }
    for (const [files, expected] of [
      [{}, { level: 'fault', text: 'not installed: @qqkit/bot, @qqkit/simulator' }],
      [{ ...bot, ...simulator }, { level: 'ok' }],
      [
        { ...bot, ...other },
        { level: 'warning', next: expect.stringContaining('@qqkit/bot@latest') },
      ],
    ] as const) {
      const { found } = await findings([], {
        cwd: place({ 'package.json': manifest, ...files }),
        env: { QQ_BASE_URL: 'http://127.0.0.1:1' },
      })
      expect(of('versions', found)).toMatchObject([expected])
    }
  })

  it('CL-03 looks at the variables of a proxy', async () => {
    const env = { QQ_BASE_URL: 'http://127.0.0.1:1' }
    for (const [proxy, level, text] of [
      ['localhost:7890', 'fault', /HTTPS_PROXY is no address with http/],
      ['http://127.0.0.1:7890', 'warning', /only with rest: \{ proxy: 'env' \}/],
    ] as const) {
      const { found } = await findings([], { env: { ...env, HTTPS_PROXY: proxy } })
      expect(of('proxy', found)).toMatchObject([{ level, text: expect.stringMatching(text) }])
    }
  })

  it('CL-03 says why .env cannot be read', async () => {
    const cwd = place({ '.env/file': '' })
    expect(await runCommand(['doctor'], { cwd, language: 'zh' })).toEqual({
      code: 1,
      lines: [],
      complaints: ['无法读取 .env：这是一个目录。请修复或删除'],
    })
  })

  it('CL-03 tries the folder of the session store, and finds damaged sessions', async () => {
    const env = { QQ_BASE_URL: 'http://127.0.0.1:1' }
    const cwd = place({ 'data/102.0-of-1.json': '{"cut', file: '' })
    const store = async (...args: string[]): Promise<readonly Finding[]> =>
      of('store', (await findings(args, { cwd, env })).found)
    expect(await store()).toMatchObject([
      { level: 'warning', text: `the session in ${path.join('data', '102.0-of-1.json')} is damaged` },
    ])
    expect(await store('--store', 'new')).toMatchObject([{ level: 'ok', text: 'new will be created' }])
    expect(await store('--store', 'file')).toMatchObject([
      { level: 'fault', text: expect.stringMatching(/cannot be written: /) },
    ])
    expect(await store('--store', 'none/below')).toMatchObject([{ level: 'ok' }])
    expect(await store('--store', 'file/below')).toMatchObject([{ level: 'fault' }])
    expect(await store('--store', '/proc/none')).toMatchObject([{ level: 'fault' }])
    execFileSync('mkfifo', [path.join(cwd, 'data/session.json')])
    expect(await store()).toMatchObject([
      { level: 'warning' },
      { level: 'warning', text: expect.stringMatching(/session\.json is damaged/) },
    ])
    const closed = path.join(cwd, 'closed')
    mkdirSync(closed, { mode: 0o555 })
    const root = process.getuid?.() === 0
    if (root) process.seteuid?.(65_534)
    const refused = await store('--store', closed).finally(() => root && process.seteuid?.(0))
    expect(refused).toMatchObject([{ level: 'fault', text: expect.stringContaining('no right to it') }])
  })
})

describe('doctor and a bot', () => {
  const bot = `import process from 'node:process'
import { Bot } from '@qqkit/bot'
const bot = new Bot({ appId: process.env.QQ_APP_ID, secret: process.env.QQ_APP_SECRET, intents: ['GUILD_MEMBERS', 'INTERACTION'] })
bot.on('GUILD_MEMBER_ADD', () => {})
await bot.start()
`
  const deps = { preloads: () => preloads, platform: async () => platform() }

  it('CL-03 reads the intents of a bot from its file, which runs for a moment beside the platform', async () => {
    const cwd = withPackages(place({ 'bot.mjs': bot }))
    const env = { ...process.env, ...credentials(await platform()) }
    const { found } = await findings(['bot.mjs', '--store', 'data'], { cwd, env, deps })
    const [line] = of('intents', found)
    expect(line).toMatchObject({ level: 'ok', text: 'granted: GUILD_MEMBERS, INTERACTION' })
    const other = { ...process.env, ...credentials(await platform()) }
    const named = await findings(['bot.mjs', '--intents', 'GUILDS'], { cwd, env: other, deps })
    expect(of('intents', named.found)).toMatchObject([{ text: 'granted: GUILDS' }])
  })

  it('CL-03 says why the intents of a bot are unknown, and tries the usual ones', async () => {
    const cwd = place({ 'ends.mjs': 'process.exit(3)', 'bot.py': '' })
    for (const [file, why] of [
      ['ends.mjs', /those of ends\.mjs are unknown \(it ended: 3\)/],
      ['bot.py', /those of bot\.py are unknown \(it does not run on Node\)/],
    ] as const) {
      const env = { ...process.env, ...credentials(await platform()) }
      const { found } = await findings([file], { cwd, env, deps })
      expect(of('intents', found)).toMatchObject([
        { level: 'warning', text: expect.stringMatching(why) },
        { level: 'ok' },
      ])
    }
  })
})

describe('doctor and time', () => {
  it('CL-03 waits for no host for ever, also where garbage is collected in between', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    // Once the request waits, with nothing of it on the stack.
    const silent = await server(() => void setImmediate(collect))
    const asked = ask(silent, { signal: new AbortController().signal, patience: 500 })
    expect(await asked).toMatchObject({ failed: { en: 'no answer within 8 s' } })
  })

  it('CL-03 says what it knows at once, and after Ctrl-C no more than that', async () => {
    const stop = new AbortController()
    const silent = await server(() => stop.abort())
    const env = { QQ_APP_ID: '102000001', QQ_APP_SECRET: 'x', QQ_BASE_URL: silent }
    const { code, lines, complaints } = await examine([], { env, signal: stop.signal })
    expect([code, complaints]).toEqual([1, ['Stopped.']])
    expect(lines.map((line) => line.replace(/:.*/, ''))).toEqual([
      '✓ versions',
      '✓ settings',
      '✓ proxy',
      '✓ store',
    ])
  })
})

describe('doctor and the platform', () => {
  it('CL-03 says why a host does not answer', async () => {
    const silent = await server((request) => void request.socket.destroy())
    for (const [url, text] of [
      ['http://127.0.0.1:1', /does not answer/],
      [silent, /does not answer: the connection is cut/],
      ['http://qqkit.invalid', /qqkit\.invalid does not answer: its name is not resolved/],
    ] as const) {
      const { code, found } = await findings([], {
        env: { QQ_BASE_URL: url, QQ_APP_ID: '1', QQ_APP_SECRET: 'x' },
      })
      expect(code).toBe(1)
      expect(of('hosts', found)).toMatchObject([{ level: 'fault', text: expect.stringMatching(text) }])
      expect(of('token', found)).toMatchObject([{ level: 'fault' }])
      expect(of('gateway', found)).toEqual([])
    }
  })

  it.each([
    [-30, 'ok', /right/],
    [90, 'warning', /90 s fast/],
    [-400, 'fault', /400 s slow/],
  ])('CL-03 compares the clocks: %i s', async (seconds, level, text) => {
    const url = await server((_, response) =>
      response.setHeader('date', new Date(1_760_000_000_000).toUTCString()).end('{}'),
    )
    const { found } = await findings([], {
      env: { QQ_BASE_URL: url },
      deps: { now: () => 1_760_000_000_000 + seconds * 1000 },
    })
    expect(of('clock', found)).toMatchObject([{ level, text: expect.stringMatching(text) }])
  })

  it.each([
    ['token-refused', /refused: 100016/, /AppID and AppSecret|AppSecret/],
    ['token-limited', /refused: 100001/, /\S/],
    ['token-500', /refused: HTTP 500/, /\S/],
  ] as const)('CL-03 says why there is no token: %s', async (name, text, next) => {
    const sim = await platform()
    sim.faults.add(faults[name])
    const { found } = await findings([], { env: credentials(sim) })
    expect(of('token', found)).toMatchObject([
      { level: 'fault', text: expect.stringMatching(text), next: expect.stringMatching(next) },
    ])
    expect(of('gateway', found)).toEqual([])
  })

  it('CL-03 names the address that is missing in the allow list', async () => {
    const sim = await platform()
    sim.faults.add({ ...faults['ip-not-allowed'], match: { route: 'gateway.bot' }, times: 9 })
    const { code, found } = await findings([], { env: credentials(sim) })
    expect(code).toBe(1)
    expect(of('address list', found)).toMatchObject([
      {
        level: 'fault',
        text: expect.stringContaining('11298'),
        next: expect.stringMatching(/public IPv4 address/),
      },
    ])
    const known = await platform()
    known.faults.add({
      on: 'call',
      match: { route: 'token' },
      do: { kind: 'error', code: 11298, message: 'ip 203.0.113.7 not in allow list' },
    })
    const named = await findings([], { env: credentials(known) })
    expect(of('address list', named.found)).toMatchObject([
      { next: expect.stringContaining('Add 203.0.113.7 to') },
    ])
  })

  it('CL-03 finds a gateway without an address, without sessions, or that does not answer', async () => {
    const html = await platform()
    html.faults.add({ ...faults['gateway-html'], match: { route: 'gateway.bot' } })
    expect(of('gateway', (await findings([], { env: credentials(html) })).found)).toMatchObject([
      { level: 'fault', text: expect.stringMatching(/no address in the answer: HTTP 502/) },
    ])
    const few = await platform({ sessionStarts: { total: 10 } })
    expect(of('gateway', (await findings([], { env: credentials(few) })).found)).toMatchObject([
      { level: 'warning', text: expect.stringMatching(/^10 new sessions are left/) },
      { level: 'ok' },
    ])
    const cut = await platform()
    cut.faults.add({ ...faults['handshake-reset'], times: 9 })
    expect(of('gateway', (await findings([], { env: credentials(cut) })).found)).toMatchObject([
      { level: 'fault', text: expect.stringMatching(/^no session: /) },
    ])
  })

  it.each(['op9', 'op9_without_d', 'op9_then_4903', 'close_4014'] as const)(
    'CL-03 tries the intents one by one after a refusal: %s',
    async (answer) => {
      pauses.splice(0)
      const sim = await platform({ live: { refusedIntents: answer }, bot: { intents: 1 << 25 } })
      const args = ['--intents', 'GROUP_AND_C2C_EVENT, guild_messages,FORUMS_EVENT']
      const { code, found } = await findings(args, { env: credentials(sim) })
      expect(code).toBe(1)
      expect(of('intents', found)).toMatchObject([
        { level: 'ok', text: 'granted: GROUP_AND_C2C_EVENT' },
        {
          level: 'fault',
          text: expect.stringMatching(
            /^GUILD_MESSAGES is not granted \((op 9|4014).*no MESSAGE_CREATE arrives/,
          ),
          next: expect.stringContaining('Apply for it'),
        },
        { level: 'fault', text: expect.stringMatching(/^FORUMS_EVENT is not granted/) },
      ])
      // The platform lets one session begin in five seconds.
      expect(pauses).toEqual([5000, 5000, 5000])
    },
  )

  it('CL-03 sees that intents are not the reason, and saves sessions of the day', async () => {
    const all = await platform({ bot: { intents: 0 } })
    expect((await findings([], { env: credentials(all) })).found.at(-1)).toMatchObject({
      check: 'gateway',
      text: expect.stringContaining('refuses every session'),
    })
    const few = await platform({ bot: { intents: 0 }, sessionStarts: { total: 3 } })
    expect((await findings([], { env: credentials(few) })).found.at(-1)).toMatchObject({
      check: 'intents',
      level: 'warning',
      text: expect.stringContaining('too few sessions'),
    })
  })

  it('CL-03 answers a name that is no intent with the names', async () => {
    const { code, complaints } = await examine(['--intents', 'MESSAGES'])
    expect(code).toBe(1)
    expect(complaints).toEqual([expect.stringMatching(/--intents: give names.*GROUP_AND_C2C_EVENT/)])
  })
})

describe('doctor and a webhook', () => {
  const examined = async (webhook: string, sim: SocketSimulator): Promise<readonly Finding[]> =>
    of('webhook', (await findings(['--webhook', webhook], { env: credentials(sim) })).found)

  it('CL-03 lets a webhook prove its secret, and refuse a forged push', async () => {
    const sim = await platform()
    const { appId, secret } = sim.credentials
    const hook = new Webhook({ appId, secret })
    const stop = new AbortController()
    const run = hook.run(() => {}, { signal: stop.signal })
    const handle = nodeHandler(hook)
    const url = await server((request, response) => void handle(request, response))
    expect(await examined(`${url}/webhook`, sim)).toMatchObject([
      { level: 'warning', text: expect.stringContaining('which QQ cannot reach') },
      { level: 'warning', text: 'the address has no https' },
      { level: 'warning', text: expect.stringMatching(/^QQ calls no port \d+/) },
      { level: 'ok', text: 'proves the secret, and refuses forged pushes' },
    ])
    stop.abort()
    await run.catch(() => {})
  })

  it.each([
    ['no server', null, /^does not answer/],
    ['no route', 404, /^no webhook is at this path: HTTP 404/],
    ['another secret', 401, /^did not prove the secret \(op 13\): HTTP 401/],
    ['an empty answer', 200, /^did not prove the secret \(op 13\): HTTP 200/],
  ] as const)('CL-03 finds %s', async (_, status, text) => {
    const sim = await platform()
    const url =
      status === null
        ? 'http://127.0.0.1:1'
        : await server((__, response) => response.writeHead(status).end())
    expect((await examined(url, sim)).at(-1)).toMatchObject({
      level: 'fault',
      text: expect.stringMatching(text),
    })
  })

  it('CL-03 finds a webhook that takes forged pushes', async () => {
    const sim = await platform()
    const { appId, secret } = sim.credentials
    const hook = new Webhook({ appId, secret })
    const stop = new AbortController()
    const run = hook.run(() => {}, { signal: stop.signal })
    const handle = nodeHandler(hook)
    let calls = 0
    const url = await server((request, response) => {
      if (++calls === 1) void handle(request, response)
      else response.end('{"op":12}')
    })
    expect((await examined(url, sim)).at(-1)).toMatchObject({
      level: 'fault',
      text: 'takes pushes with a forged signature',
    })
    stop.abort()
    await run.catch(() => {})
  })

  it('CL-03 finds an address that is none', async () => {
    const sim = await platform()
    expect(await examined('bot.example.com/webhook', sim)).toMatchObject([{ level: 'fault' }])
  })
})

describe('a report', () => {
  it('CL-03 has no secret, token or address of a webhook, also where the platform repeats them', async () => {
    const sim = await platform({ appId: '1020304050', secret: 'tst-very-secret-0001' })
    sim.faults.add({
      on: 'call',
      match: { route: 'token' },
      do: {
        kind: 'error',
        code: 424242,
        message: 'wrong secret tst-very-secret-0001 of 1020304050',
        status: 200,
      },
    })
    const { lines } = await examine(['--report', '--webhook', 'http://127.0.0.1:1/hook-path'], {
      env: credentials(sim),
      language: 'zh',
    })
    const report = lines.join('\n')
    expect(report).toMatch(/^```\nqqkit doctor, Node [^]*```$/)
    expect(report).toContain('wrong secret [secret] of …4050')
    expect(report).not.toMatch(/tst-very-secret|1020304050|hook-path|\p{Script=Han}/u)
  })

  /** A project with a package in the place of `@qqkit/redis`. */
  const projectWith = (check: string): string =>
    place({
      'node_modules/@qqkit/redis/package.json': '{ "name": "@qqkit/redis", "main": "index.js" }',
      'node_modules/@qqkit/redis/index.js': `
        exports.qqkitRedis = ({ appId, url }) => ({ check: async () => { ${check} }, close: async () => {} })`,
    })
  const redisOf = async (
    args: readonly string[],
    init: AroundInit,
  ): Promise<readonly (readonly [string, string])[]> => {
    const { found } = await findings(args, init)
    return of('redis', found).map(({ level, text }) => [level, text])
  }

  it('CL-03 asks the package of the project about a Redis server, where one is named', async () => {
    const env: NodeJS.ProcessEnv = {
      ...credentials(await platform()),
      REDIS_URL: 'redis://:pass-word@127.0.0.1:1',
    }
    const fit = projectWith('return []')
    expect(await redisOf([], { env, cwd: fit })).toEqual([['ok', 'fit for a queue of events']])
    const advice = "advice: { en: 'do it', zh: '请处理' }"
    const finding = (level: string): string =>
      `{ level: '${level}', text: { en: appId, zh: '有问题' }, ${advice} }`
    const worse = projectWith(`return [${['fatal', 'error', 'warning'].map(finding).join(', ')}]`)
    const appId = env['QQ_APP_ID'] ?? ''
    expect(await redisOf([], { env, cwd: worse })).toEqual([
      ['fault', appId],
      ['fault', appId],
      ['warning', appId],
    ])
    const { lines } = await examine([], { env, cwd: worse, language: 'zh' })
    expect(lines.slice(-2)).toEqual(['! redis：有问题', '  → 请处理'])
    // A server that is away, and a password that must not be shown.
    const away = projectWith("throw new Error('no way to ' + url)")
    expect(await redisOf([], { env, cwd: away })).toEqual([
      ['fault', 'no way to redis://:[password]@127.0.0.1:1'],
    ])
  })

  it('CL-03 says nothing of a Redis server of something else, and what to install when it is asked', async () => {
    const env = credentials(await platform())
    const url = 'redis://127.0.0.1:1'
    expect(await redisOf([], { env: { ...env, REDIS_URL: url }, cwd: place() })).toEqual([])
    expect(await redisOf([], { env, cwd: projectWith('return []') })).toEqual([])
    expect(await redisOf(['--redis', url], { env, cwd: place() })).toEqual([
      ['warning', '@qqkit/redis is not installed in this folder'],
    ])
  })
})
