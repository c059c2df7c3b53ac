import { once } from 'node:events'
import { createServer } from 'node:http'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Writable } from 'node:stream'

import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'

import {
  type CommandProcess,
  readCommandLine,
  runCommandLine,
  startFromCommandLine,
} from '../../src/cli/index.js'
import { linesTo } from '../../src/cli/run.js'
import { cannotListen } from '../../src/cli/start.js'
import { liveSwitches } from '../../src/index.js'
import { answeringBot } from '../support/answering-bot.js'

const folder = mkdtempSync(path.join(tmpdir(), 'qqkit-command-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A command in this process, with everything that it said. */
interface Command {
  readonly lines: string[]
  readonly mistakes: string[]
  readonly opened: string[]
  readonly code: Promise<number>
  /** Resolves with the address once it is printed. */
  readonly address: () => Promise<string>
  /** Resolves once a printed line fits. */
  readonly until: (pattern: RegExp) => Promise<string>
  readonly stop: () => void
}

const commands: Command[] = []
const start = (args: readonly string[], env: CommandProcess['env'] = { LANG: 'en_US.UTF-8' }): Command => {
  const lines: string[] = []
  const mistakes: string[] = []
  const opened: string[] = []
  const watchers = new Set<() => void>()
  let stop = (): void => {}
  const stopped = new Promise<void>((resolve) => (stop = resolve))
  const code = runCommandLine(args, {
    env,
    print: (line) => {
      lines.push(...line.split('\n'))
      for (const look of watchers) look()
    },
    complain: (line) => mistakes.push(line),
    stopped: async () => stopped,
    open: (url) => opened.push(url),
  })
  const until = async (pattern: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = lines.find((line) => pattern.test(line))
        if (found === undefined) return
        watchers.delete(look)
        resolve(found)
      }
      watchers.add(look)
      look()
      void code.then(() =>
        reject(new Error(`ended without ${pattern}: ${lines.join('\n')}${mistakes.join('\n')}`)),
      )
    })
  const address = async (): Promise<string> => (await until(/^ {2}http:\S+$/)).trim()
  const command = { lines, mistakes, opened, code, address, until, stop }
  commands.push(command)
  return command
}

beforeEach(() => void commands.splice(0))
afterEach(async () => {
  for (const command of commands) command.stop()
  await Promise.all(commands.map(async ({ code }) => code))
})

const file = (name: string, content: unknown): string => {
  const full = path.join(folder, name)
  writeFileSync(full, typeof content === 'string' ? content : JSON.stringify(content))
  return full
}

describe('the command', () => {
  it('SM-20 prints addresses and how each client gets them, and answers at once', async () => {
    const command = start(['--port', '0', '--appid', '102000042', '--secret', 'tst-secret-0042', '--open'])
    const url = await command.address()
    const shown = command.lines.join('\n')
    for (const part of [
      `${url}/app/getAppAccessToken`,
      '/websocket',
      '102000042',
      'tst-secret-0042',
      'botgo',
      'redirect',
      'sgroup.qq.com',
    ])
      expect(shown).toContain(part)
    const answer = await fetch(`${url}/app/getAppAccessToken`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ appId: '102000042', clientSecret: 'tst-secret-0042' }),
    })
    expect(await answer.json()).toHaveProperty('access_token')
    expect(command.opened).toEqual([url])
    command.stop()
    expect(await command.code).toBe(0)
    await expect(fetch(url)).rejects.toThrow('fetch failed')
  })

  it('SM-20 shows the conversation, refusals and messages that reached no bot, without contents if asked', async () => {
    for (const [args, heard] of [
      [[], /^ann: hello there$/],
      [['--no-contents'], /^ann: \[11 characters\]$/],
    ] as const) {
      const scenario = file('hello.json', {
        name: 'hello',
        story: 'Ann says hello.',
        source: 'a test',
        steps: [{ at: 0, kind: 'say', scene: 'c2c', peer: 'ann', text: 'hello there' }],
      })
      const command = start(['--port', '0', '--scenario', scenario, ...args])
      await command.until(heard)
      await command.until(/C2C_MESSAGE_CREATE reached no bot/)
      await fetch(`${await command.address()}/users/@me`)
      await command.until(/GET \/users\/@me refused: 401/)
    }
  })

  it('SM-20 plays an incident by name, and takes switches by name', async () => {
    const args = [
      '--port',
      '0',
      '--scenario',
      'token-endpoint-limited',
      '--live',
      'replyLimit=off',
      '--live',
      'streamBytes=900',
    ]
    const request = readCommandLine(args, 'en', '1.0.0')
    if (request.kind !== 'start') throw new Error('it prints')
    const { sim, close } = await startFromCommandLine(request.line, { language: 'en', print: () => {} })
    expect(sim.faults.armed()).toHaveLength(1)
    expect(sim.live.all()).toMatchObject({ replyLimit: 'off', streamBytes: 900 })
    await close()
  })

  it('SM-20 lists the switches and the options in both languages', async () => {
    const list = start(['--live', 'list'])
    expect(await list.code).toBe(0)
    for (const [name, { values, what }] of Object.entries(liveSwitches)) {
      expect(list.lines.join('\n')).toContain(`${name}=${values.join('|')}`)
      expect(list.lines.join('\n')).toContain(what.en)
    }
    const help = start(['--help'], { LANG: 'zh_CN.UTF-8' })
    expect(await help.code).toBe(0)
    expect(help.lines.join('\n')).toMatch(/用法：[^]*选项：[^]*--webhook/)
    expect(help.lines.join('\n')).not.toMatch(/Usage|Options|default/)
    const version = start(['--version'])
    expect(await version.code).toBe(0)
    expect(version.lines).toEqual([expect.stringMatching(/^\d+\.\d+\.\d+$/)])
  })
})

describe('a mistake is one line with the next step, in the language of the person, and exit code 1:', () => {
  const endless = file('endless.json', {
    name: 'endless',
    story: 'It never ends.',
    source: 'a test',
    steps: [{ at: 0, every: 3_600_000, times: 1_000_000, kind: 'forget-sessions' }],
  })
  const bad = file('bad.json', { name: 'bad', story: 'x', source: 'x', steps: [{ at: 0, kind: 'shout' }] })
  const text = file('text.json', 'no json')
  const story = { name: 'short', story: 'x', source: 'x' }
  const scenario = (name: string, step: object): string =>
    file(`${name}.json`, { ...story, steps: [{ at: 0, ...step }] })
  const cases: readonly (readonly [args: readonly string[], en: RegExp, zh: RegExp])[] = [
    [['--prot', '0'], /no option --prot; did you mean --port/, /没有选项 --prot.*--port/],
    [['--port', '99999'], /^--port: give a port from 0/, /^--port：请给出 0/],
    [['--port'], /value is missing/, /缺少取值/],
    [['--appid', 'abc'], /digits only/, /纯数字/],
    [['--secret='], /value is missing/, /缺少取值/],
    [['--host='], /value is missing/, /缺少取值/],
    [['--record='], /value is missing/, /缺少取值/],
    [['now'], /more words than the command takes/, /参数过多/],
    [['--lang', 'fr'], /give en or zh/, /请给出 en 或 zh/],
    [['--host', '192.0.2.1'], /Give --host an address of this machine/, /--host 请使用本机地址/],
    [['--webhook', 'bot'], /give the whole address/, /请给出完整地址/],
    [
      ['--webhook', 'http://127.0.0.1:1/x'],
      /cannot be reached.*Start the bot first/,
      /无法访问.*请先启动机器人/,
    ],
    [
      ['--live', 'replyLimits=off'],
      /no switch "replyLimits".*--live list/,
      /没有名为“replyLimits”的开关.*--live list/,
    ],
    [['--live', 'replyLimit=never'], /no value "never"; give one of code_22009/, /没有取值“never”/],
    [['--scenario', 'nothing'], /cannot be read.*op7-then-4009/, /无法读取文件.*op7-then-4009/],
    [['--scenario', text], /not JSON: line 1, column 2/, /不是合法的 JSON：第 1 行，第 2 列/],
    [
      ['--scenario', bad],
      /steps\.0\.kind.*give one of 'say'.*received "shout"/,
      /^\S+ \S+：场景的 steps\.0\.kind：应为其中之一：'say'.*收到的是 "shout"$/,
    ],
    [
      ['--scenario', scenario('fault', { kind: 'fault', fault: { on: 'call', do: { kind: 'nope' } } })],
      /steps\.0\.fault\.do\.kind.*'answer', 'error'/,
      /场景的 steps\.0\.fault\.do\.kind：应为其中之一/,
    ],
    [
      ['--scenario', scenario('live', { kind: 'live', name: 'replyLimits', value: 'off' })],
      /steps\.0\.name.*replyLimit,/,
      /场景的 steps\.0\.name：应为线上开关之一/,
    ],
    [
      ['--scenario', scenario('value', { kind: 'live', name: 'replyLimit', value: 'of' })],
      /steps\.0\.value.*did you mean "off"/,
      /场景的 steps\.0\.value：.*是否想写 "off"/,
    ],
    [['--scenario', file('empty.json', { ...story, steps: [] })], /no steps.*"kind": "say"/, /没有步骤/],
    [['--scenario', endless], /never end in practice/, /实际上不会结束/],
    [['--scenario', folder], /no file of at most/, /不是不超过/],
    [['--replay', bad], /Recording option/, /录制的 version：缺少这一项/],
    [['--replay', file('silent.json', { version: 1, turns: [] })], /no one says anything/, /没有人说话/],
    [['--record', path.join(folder, 'x.txt')], /name it \.json/, /请命名为 \.json/],
    [['--record', path.join(folder, 'no', 'x.json')], /cannot be written/, /无法写入/],
  ]
  it.each(cases)('SM-20 %j', async (args, en, zh) => {
    for (const [lang, pattern] of [
      ['en', en],
      ['zh_CN.UTF-8', zh],
    ] as const) {
      const free = args[0] === '--port' ? [] : ['--port', '0']
      const command = start([...free, ...args], { LANG: lang })
      expect(await command.code).toBe(1)
      expect(command.mistakes).toEqual([expect.stringMatching(pattern)])
      expect(command.mistakes[0]).not.toContain('\n')
      expect(command.lines).toEqual([])
    }
  })

  it('SM-20 a port that needs rights is no wrong address', () => {
    const cause = Object.assign(new Error('listen EACCES'), { code: 'EACCES' })
    const { text: said } = cannotListen(new Error('cannot listen', { cause }), { port: 80 })
    expect(said).toEqual({
      en: 'cannot listen. Give a --port above 1023',
      zh: '没有权限监听 127.0.0.1:80。--port 请使用 1023 以上的端口',
    })
  })

  it('SM-20 a replay that is stopped before its end', async () => {
    const act = { kind: 'say', text: 'hi' }
    const turn = { at: 0, scene: 'c2c', peer: 'ann', person: 'ann', act, replies: [] }
    const recording = file('waits.json', { version: 1, turns: [turn] })
    const command = start(['--port', '0', '--replay', recording])
    await command.address()
    expect(command.lines).toContain('The replay has 1 turns; it begins when the bot is connected.')
    command.stop()
    expect(await command.code).toBe(1)
    expect(command.mistakes).toEqual([expect.stringContaining('stopped before the end') as string])
  })

  it('SM-20 a webhook that never answers does not hold up Ctrl-C', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const command = start(['--port', '0', '--webhook', `http://127.0.0.1:${port}/`])
    await once(server, 'connection')
    command.stop()
    expect(await command.code).toBe(1)
    expect(command.mistakes).toEqual([expect.stringContaining('stopped before it answered') as string])
    await new Promise((resolve) => server.close(resolve))
  })

  it('SM-20 a step of a scenario that is impossible is left out, with a warning in both languages', async () => {
    const warned = once(process, 'warning')
    const impossible = scenario('impossible', {
      kind: 'press',
      scene: 'c2c',
      peer: 'ann',
      button: 'Yes',
    })
    const command = start(['--port', '0', '--scenario', impossible])
    await command.address()
    expect(await warned).toMatchObject([
      {
        message: expect.stringMatching(/^the scenario short left out a step "press": .*Yes/) as string,
        zh: expect.stringMatching(/^场景 short 略过了步骤“press”：.*Yes/) as string,
      },
    ])
    command.stop()
    expect(await command.code).toBe(0)
  })

  it('SM-20 a recording that cannot be saved at the end, and none where the start fails', async () => {
    const gone = mkdtempSync(path.join(folder, 'gone-'))
    const saved = start(['--port', '0', '--lang', 'zh', '--record', path.join(gone, 'x.json')])
    await saved.address()
    rmSync(gone, { recursive: true })
    saved.stop()
    expect(await saved.code).toBe(1)
    expect(saved.mistakes).toEqual([expect.stringContaining('无法写入') as string])
    const left = path.join(folder, 'left.json')
    expect(await start(['--port', '0', '--host', '192.0.2.1', '--record', left]).code).toBe(1)
    expect(existsSync(left)).toBe(false)
  })

  it('SM-20 a reader that has gone ends the command, without an error', async () => {
    const stream = new Writable({ write: (_chunk, _encoding, done) => done(new Error('write EPIPE')) })
    const { print, gone } = linesTo(stream as NodeJS.WriteStream)
    print('a line')
    await gone
    expect(() => print('another')).not.toThrow()
  })

  it('SM-20 a taken port, named in the language of --lang', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const command = start(['--port', String(port), '--lang', 'zh'])
    expect(await command.code).toBe(1)
    expect(command.mistakes).toEqual([
      `127.0.0.1 的端口 ${port} 已被占用。请换一个，例如 --port 0 任选空闲端口`,
    ])
    await new Promise((resolve) => server.close(resolve))
  })
})

describe('a recorded conversation', () => {
  /** People talk to a bot, and the conversation is saved. */
  const recorded = async (name: string, contents = true): Promise<string> => {
    const record = path.join(folder, name)
    const line = { port: 0, live: {}, open: false, contents, record }
    const { sim, close } = await startFromCommandLine(line, { language: 'en', print: () => {} })
    const bot = await answeringBot(sim.url, (said) => `heard ${said}`)
    await sim.replyTo(sim.user('ann').say('it\'s "quoted"'))
    await sim.replyTo(sim.group('room').user('bob').say('hi'))
    await close()
    await bot.close()
    return record
  }

  it('SM-21 is replayed, and compared: the same replies, or another one', async () => {
    const target = await recorded('talk-recorded.json')
    const same = start(['--port', '0', '--replay', target])
    const bot = await answeringBot(await same.address(), (said) => `heard ${said}`)
    expect(await same.code).toBe(0)
    expect(same.lines.at(-1)).toBe('The replay had the same replies.')
    await bot.close()
    const other = start(['--port', '0', '--replay', target])
    const changed = await answeringBot(await other.address(), (said) =>
      said === 'hi' ? 'hello' : `heard ${said}`,
    )
    expect(await other.code).toBe(1)
    expect(other.lines.join('\n')).toContain('✗ bob: hi: expected "heard hi", received "hello"')
    await changed.close()
  })

  it('SM-20 is replayed in the language of the person, with its differences', async () => {
    const target = await recorded('talk-chinese.json')
    const command = start(['--port', '0', '--lang', 'zh', '--replay', target])
    const changed = await answeringBot(await command.address(), () => 'hello')
    expect(await command.code).toBe(1)
    await changed.close()
    const said = command.lines.slice(command.lines.findIndex((line) => line.startsWith('重放共 2 个回合')))
    expect(said.join('\n')).toMatch(/✗ bob：hi：期望 "heard hi"，收到 "hello"\n对话：\n[^]*机器人的请求：\n/)
    expect(said.join('\n')).not.toMatch(/expected|received|conversation|calls/)
  })

  it('SM-21 is a test file by the name of the file', async () => {
    const vitest = readFileSync(await recorded('talk.test.ts'), 'utf8')
    expect(vitest).toContain("import { it } from 'vitest'")
    expect(vitest).toContain(
      String.raw`await desk.user('ann').say('it\'s "quoted"').expect('heard it\'s "quoted"')`,
    )
    expect(vitest).toContain("await desk.group('room').user('bob').say('hi').expect('heard hi')")
    expect(readFileSync(await recorded('talk.test.mjs'), 'utf8')).toContain("from 'node:test'")
  })

  it('SM-22 has no contents with --no-contents', async () => {
    const content = readFileSync(await recorded('quiet.json', false), 'utf8')
    expect(content).not.toMatch(/quoted|heard/)
    expect(JSON.parse(content)).toMatchObject({
      turns: [
        { peer: 'ann', act: { kind: 'say', text: '' }, replies: [{ after: expect.any(Number) as number }] },
        { peer: 'room', person: 'bob', replies: [{}] },
      ],
    })
  })
})
