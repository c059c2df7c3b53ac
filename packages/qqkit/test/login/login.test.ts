import { Buffer } from 'node:buffer'
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import type { ServerResponse } from 'node:http'
import path from 'node:path'
import process from 'node:process'
import { parseEnv, stripVTControlCharacters } from 'node:util'

import type { SocketSimulator } from '@qqkit/simulator'
import fc from 'fast-check'
import { decodeQR } from 'qr/decode.js'
import { describe, expect, it } from 'vitest'

import { readEnvFile, withVariables, writeEnvFile } from '../../src/settings/env-file.js'
import { readSettings } from '../../src/settings/settings.js'
import { type AroundInit, type Ran, runCommand } from '../support/command.js'
import { temporaryFolders } from '../support/folder.js'
import { platform, server } from '../support/servers.js'

const folderWith = temporaryFolders()
const place = (env?: string): string => folderWith(env === undefined ? {} : { '.env': env })

/** A person at the terminal: what was asked, and answers in order. */
const person = (...answers: readonly (boolean | null)[]) => {
  const asked: string[] = []
  return {
    asked,
    prompts: {
      confirm: async (question: string) => {
        asked.push(question)
        return answers[asked.length - 1] ?? null
      },
    },
  }
}

interface LoginInit extends AroundInit {
  /** Called at each pause with the last printed link. */
  readonly onPause?: (link: string, pauses: number) => void
}

/** The link of the last code, which stands alone on its line. */
const linkIn = (lines: readonly string[]): string =>
  /https?:[^\s"]+connect\.html[^\s"]*/.exec(
    lines.findLast((line) => /connect\.html/.test(line)) ?? '',
  )?.[0] ?? ''

const login = async (args: readonly string[], init: LoginInit): Promise<Ran> => {
  const printed: string[] = []
  let pauses = 0
  const { onPause = () => {}, ...rest } = init
  return runCommand(['login', ...args], {
    ...rest,
    onLine: (line) => printed.push(line),
    deps: {
      pause: async () => {
        pauses += 1
        onPause(linkIn(printed), pauses)
        init.signal?.throwIfAborted()
      },
    },
  })
}

const scanOn =
  (
    sim: SocketSimulator,
    options: Parameters<SocketSimulator['scan']>[1] = {},
  ): NonNullable<LoginInit['onPause']> =>
  (link, pauses) => {
    if (pauses === 3) sim.scan(link, options)
  }

const valuesIn = (cwd: string): NodeJS.Dict<string> => parseEnv(readFileSync(path.join(cwd, '.env'), 'utf8'))

/** Reads a code that was drawn with half blocks: a full block is light. */
const readCode = (lines: readonly string[]): string => {
  const drawing = lines
    .map((line) => stripVTControlCharacters(line))
    .filter((line) => /^[█▀▄ ]{20,}$/.test(line))
  const rows = drawing.flatMap((line) => [
    line.split('').map((sign) => '█▀'.includes(sign)),
    line.split('').map((sign) => '█▄'.includes(sign)),
  ])
  const scale = 4
  const width = (rows[0]?.length ?? 0) * scale
  const height = rows.length * scale
  const data = new Uint8Array(width * height * 4)
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1)
      data.fill(
        rows[Math.floor(y / scale)]?.[Math.floor(x / scale)] ? 255 : 0,
        (y * width + x) * 4,
        (y * width + x) * 4 + 4,
      )
  return decodeQR({ width, height, data })
}

describe('login', () => {
  it('ST-09 writes the bot that was scanned after the person confirmed AppID and owner, and prints no secret', async () => {
    const sim = await platform()
    const cwd = place('# my bot\nQQ_DATA=data\nexport QQ_APP_ID=\nOTHER="a b"\n')
    const { asked, prompts } = person(true)
    const { code, lines } = await login(['--host', sim.url], { cwd, prompts, onPause: scanOn(sim) })
    expect(code).toBe(0)
    const { QQ_APP_ID: appId = '', QQ_APP_SECRET: secret = '' } = valuesIn(cwd)
    expect(appId).toMatch(/^\d+$/)
    expect(appId).not.toBe(sim.credentials.appId)
    expect(asked).toEqual([
      `Bot ${appId}, scanned by ${sim.user('ann', appId).personId}. Was that you? Write it to .env?`,
    ])
    expect(readFileSync(path.join(cwd, '.env'), 'utf8')).toBe(
      `# my bot\nQQ_DATA=data\nQQ_APP_ID=${appId}\nOTHER="a b"\nQQ_APP_SECRET=${secret}\n`,
    )
    expect(statSync(path.join(cwd, '.env')).mode & 0o777).toBe(0o600)
    expect(readdirSync(cwd)).toEqual(['.env'])
    // The warning stands before the code, and the code leads to the link.
    expect(lines[0]).toMatch(/existing bot, QQ may renew its AppSecret, and a deployment .* stops/)
    expect(readCode(lines)).toBe(linkIn(lines))
    expect(secret).not.toBe('')
    expect([...lines, ...asked].join('\n')).not.toContain(secret)
  })

  it('ST-09 takes an existing bot, and an AppID that comes as a number', async () => {
    const sim = await platform()
    const { appId, secret } = sim.credentials
    const cwd = place()
    const onPause = scanOn(sim, { bot: appId, numeric: true })
    expect((await login(['--host', sim.url, '--yes'], { cwd, onPause })).code).toBe(0)
    expect(valuesIn(cwd)).toEqual({ QQ_APP_ID: appId, QQ_APP_SECRET: secret })
  })

  it('ST-09 draws no code that the window would break, and leaves the link', async () => {
    const sim = await platform()
    for (const [columns, words] of [
      [40, /^This window is too narrow for the code, which takes \d+ columns/],
      [120, /█{40,}/],
    ] as const) {
      const { prompts } = person(false)
      const { lines } = await login(['--host', sim.url], {
        cwd: place(),
        prompts,
        columns,
        onPause: scanOn(sim),
      })
      expect(lines[2]).toMatch(words)
    }
  })

  it('ST-09 prints lines of JSON for programs', async () => {
    const sim = await platform()
    const cwd = place()
    const { lines } = await login(['--host', sim.url, '--yes', '--json'], { cwd, onPause: scanOn(sim) })
    const { QQ_APP_ID: appId = '' } = valuesIn(cwd)
    expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
      { kind: 'code', link: expect.stringMatching(/connect\.html\?task_id=[\w-]+&source=qqkit&_wv=2$/) },
      { kind: 'bound', appId, owner: sim.user('ann', appId).personId, file: path.join(cwd, '.env') },
    ])
  })

  it('ST-09 writes nothing when the person says no, and asks before it overwrites a secret', async () => {
    const sim = await platform()
    const stored = 'QQ_APP_ID=1\nQQ_APP_SECRET=kept-secret\n'
    for (const [answers, questions] of [
      [[false], 1],
      [[null], 1],
      [[true, false], 2],
      [[true, null], 2],
    ] as const) {
      const cwd = place(stored)
      const { asked, prompts } = person(...answers)
      const { code, complaints } = await login(['--host', sim.url], { cwd, prompts, onPause: scanOn(sim) })
      expect({ code, complaints }).toEqual({ code: 1, complaints: ['Nothing was written.'] })
      expect(asked).toHaveLength(questions)
      expect(readFileSync(path.join(cwd, '.env'), 'utf8')).toBe(stored)
    }
    const cwd = place(stored)
    const { asked, prompts } = person(true, true)
    expect(
      (await login(['--host', sim.url], { cwd, prompts, onPause: scanOn(sim), language: 'zh' })).code,
    ).toBe(0)
    expect(asked[1]).toBe('.env 中已有 AppSecret，要覆盖吗？')
    expect(valuesIn(cwd)['QQ_APP_SECRET']).not.toBe('kept-secret')
  })

  it('ST-09 begins nothing without a terminal unless it is told to, and never overwrites there', async () => {
    const asked = await server((_, response) => response.end())
    expect(await login(['--host', asked], { cwd: place() })).toMatchObject({
      code: 1,
      lines: [],
      complaints: [expect.stringContaining('give --yes')],
    })
    expect(await login(['--host', asked, '--yes'], { cwd: place('QQ_APP_SECRET=kept\n') })).toMatchObject({
      code: 1,
      lines: [],
      complaints: [expect.stringMatching(/has an AppSecret already, and no terminal/)],
    })
  })

  it('ST-09 forgets the task at Ctrl-C, and writes nothing', async () => {
    const sim = await platform()
    const cwd = place()
    const stop = new AbortController()
    const { code, complaints } = await login(['--host', sim.url, '--yes'], {
      cwd,
      signal: stop.signal,
      onPause: (link, pauses) => {
        if (pauses < 2) return
        stop.abort()
        sim.scan(link)
      },
    })
    expect({ code, complaints }).toEqual({ code: 1, complaints: ['Nothing was written.'] })
    expect(existsSync(path.join(cwd, '.env'))).toBe(false)
  })

  it('ST-09 refuses a wrong tag, and writes nothing', async () => {
    const sim = await platform()
    const cwd = place()
    const onPause = scanOn(sim, { tampered: true })
    const { code, complaints } = await login(['--host', sim.url, '--yes'], { cwd, onPause })
    expect(code).toBe(1)
    expect(complaints).toEqual([
      expect.stringMatching(/cannot be opened: .*changed on its way.*https:\/\/q\.qq\.com/),
    ])
    expect(existsSync(path.join(cwd, '.env'))).toBe(false)
  })
})

/** A host of the binding that answers as a test says. */
const host = async (
  answer: (path: string, body: Readonly<Record<string, string>>, response: ServerResponse) => unknown,
): Promise<string> =>
  server((request, response) => {
    let text = ''
    request.on('data', (part: Buffer) => (text += part.toString()))
    request.on('end', () => {
      const said = answer(request.url ?? '', JSON.parse(text) as Readonly<Record<string, string>>, response)
      if (!response.writableEnded) response.end(typeof said === 'string' ? said : JSON.stringify(said))
    })
  })

const data = (one: object): object => ({ retcode: 0, msg: '', data: one })

describe('login and a host that answers otherwise', () => {
  it('ST-09 renews an expired code with a new key, a bounded number of times', async () => {
    const keys: string[] = []
    const url = await host((address, { key = '' }) => {
      if (address.includes('poll')) return data({ status: 3 })
      keys.push(key)
      return data({ task_id: `t${keys.length}` })
    })
    const { code, lines, complaints } = await login(['--host', url, '--yes'], { cwd: place() })
    expect(code).toBe(1)
    expect(keys).toHaveLength(3)
    expect(new Set(keys).size).toBe(3)
    expect(lines.filter((line) => line === 'The code has expired; here is a new one.')).toHaveLength(2)
    expect(complaints).toEqual([expect.stringMatching(/no one scanned 3 codes in time\..*q\.qq\.com/)])
    for (const key of keys) expect(lines.join('\n')).not.toContain(key)
  })

  it('ST-09 counts only the status, whatever the other fields have', async () => {
    let looks = 0
    const url = await host((address) => {
      if (!address.includes('poll')) return data({ task_id: 't' })
      looks += 1
      const status = looks < 3 ? 0 : looks < 5 ? 1 : 3
      return data({ status, bot_appid: '102', bot_encrypt_secret: 'AAAA', user_openid: 'U' })
    })
    const { code } = await login(['--host', url, '--yes'], { cwd: place() })
    expect(code).toBe(1)
    expect(looks).toBe(7)
  })

  it.each([
    ['a page', '<html>robots?</html>', /a page in place of data \(HTTP 200\)/, /返回了网页而非数据/],
    ['no JSON', 'hello', /something other than data/, /返回的不是数据/],
    [
      'a refusal',
      { retcode: 12_345, msg: 'closed\nfor ever' },
      /QQ refused: 12345 closed for ever/,
      /拒绝了请求：12345/,
    ],
    ['another envelope', { code: 0 }, /have changed \(no retcode\)/, /接口已变化（没有 retcode）/],
    ['no data', { retcode: 0 }, /have changed \(no data\)/, /没有 data/],
    ['no task', data({}), /have changed \(no task_id\)/, /没有 task_id/],
    ['a task with a line break', data({ task_id: 'a\nb' }), /no task_id/, /没有 task_id/],
  ])('ST-09 answers %s with one line and the way through the console', async (_, said, en, zh) => {
    const url = await host(() => said)
    for (const [language, pattern] of [
      ['en', en],
      ['zh', zh],
    ] as const) {
      const { code, complaints } = await login(['--host', url, '--yes'], { cwd: place(), language })
      expect(code).toBe(1)
      expect(complaints).toEqual([expect.stringMatching(pattern)])
      expect(complaints[0]).toMatch(/https:\/\/q\.qq\.com/)
      expect(complaints[0]).not.toContain('\n')
    }
  })

  it.each([
    ['an unknown status', { status: 7 }, /an unknown status/],
    [
      'no credentials',
      { status: 2, bot_appid: '0', bot_encrypt_secret: '', user_openid: '' },
      /no credentials/,
    ],
    [
      'an AppID with a line',
      { status: 2, bot_appid: '1\nX=2', bot_encrypt_secret: 'A', user_openid: 'U' },
      /no credentials/,
    ],
    [
      'a secret that is too short',
      { status: 2, bot_appid: 102, bot_encrypt_secret: 'AAAA', user_openid: 'U' },
      /cannot be opened/,
    ],
  ])('ST-09 takes no result with %s', async (_, result, pattern) => {
    const url = await host((address) => data(address.includes('poll') ? result : { task_id: 't' }))
    const cwd = place()
    const { code, complaints } = await login(['--host', url, '--yes'], { cwd })
    expect(code).toBe(1)
    expect(complaints).toEqual([expect.stringMatching(pattern)])
    expect(existsSync(path.join(cwd, '.env'))).toBe(false)
  })

  it('ST-09 lets some looks fail, and gives up after five in a row', async () => {
    let looks = 0
    const url = await host((address, _, response) => {
      if (!address.includes('poll')) return data({ task_id: 't' })
      looks += 1
      if (looks % 6 !== 5) return void response.destroy()
      return data({ status: 1 })
    })
    const { complaints } = await login(['--host', url, '--yes'], { cwd: place() })
    expect(complaints).toEqual([expect.stringMatching(/QQ does not answer: the connection is cut/)])
    expect(looks).toBe(10)
  })

  it('ST-09 follows no redirect, and speaks http with this machine alone', async () => {
    let stolen = 0
    const thief = await server((_, response) => {
      stolen += 1
      response.end(JSON.stringify(data({ task_id: 't' })))
    })
    const url = await host((_, __, response) => void response.writeHead(307, { location: thief }).end())
    expect((await login(['--host', url, '--yes'], { cwd: place() })).complaints).toEqual([
      expect.stringMatching(/something other than data \(HTTP 307\)/),
    ])
    expect(stolen).toBe(0)
    for (const address of ['http://q.qq.com', 'ftp://q.qq.com', 'q.qq.com', 'http://127.0.0.1.example.com'])
      expect((await login(['--host', address, '--yes'], { cwd: place() })).complaints).toEqual([
        '--host: give an https address; http is only for this machine',
      ])
  })
})

describe('the file of the credentials', () => {
  it('ST-09 cannot be written: one line before any code is shown', async () => {
    const cwd = place()
    chmodSync(cwd, 0o555)
    const root = process.getuid?.() === 0
    if (root) process.seteuid?.(65_534)
    const ran = await login(['--yes', '--host', 'http://127.0.0.1:1'], { cwd }).finally(
      () => root && process.seteuid?.(0),
    )
    expect(ran).toMatchObject({
      code: 1,
      lines: [],
      complaints: [expect.stringMatching(/\.env cannot be written: this user has no right to it/)],
    })
  })

  it('ST-09 may be a link, which stays one', async () => {
    const sim = await platform()
    const cwd = place()
    writeFileSync(path.join(cwd, 'real'), 'KEPT=1\n')
    symlinkSync('real', path.join(cwd, '.env'))
    expect((await login(['--host', sim.url, '--yes'], { cwd, onPause: scanOn(sim) })).code).toBe(0)
    expect(readFileSync(path.join(cwd, 'real'), 'utf8')).toMatch(
      /^KEPT=1\nQQ_APP_ID=\d+\nQQ_APP_SECRET=\S+\n$/,
    )
  })

  it.each([
    ['UTF-8 with a mark', Buffer.from('\uFEFFQQ_APP_ID=1\r\n# 备注\r\n')],
    ['UTF-16', Buffer.from('\uFEFFQQ_APP_ID=1\r\n# 备注\r\n', 'utf16le')],
    ['GBK', Buffer.from([...Buffer.from('QQ_APP_ID=1\r\n# '), 0xb1, 0xb8, 0xd7, 0xa2, 0x0d, 0x0a])],
  ])('ST-09 keeps the comments of a file in %s', (encoding, bytes) => {
    const file = path.join(place(), '.env')
    writeFileSync(file, bytes)
    expect(readEnvFile(file)).toMatchObject({ QQ_APP_ID: '1' })
    writeEnvFile(file, { QQ_APP_ID: '102', QQ_APP_SECRET: 'new' })
    const written = new TextDecoder(encoding === 'GBK' ? 'gbk' : 'utf-8', { ignoreBOM: true }).decode(
      readFileSync(file),
    )
    expect(written).toBe('QQ_APP_ID=102\n# 备注\nQQ_APP_SECRET=new\n')
    expect(readSettings({ cwd: path.dirname(file), env: {} })).toMatchObject({ appId: '102', secret: 'new' })
  })

  it('ST-09 keeps every other line', () => {
    const name = fc.stringMatching(/^[A-Z][A-Z_]{0,8}$/)
    const line = fc.oneof(
      fc.tuple(name, fc.stringMatching(/^[\w ]{0,8}$/)).map(([key, value]) => `${key}=${value}`),
      fc.stringMatching(/^# ?\w{0,8}$/),
      fc.constant(''),
      fc.constant('QQ_APP_SECRET=old'),
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), fc.boolean(), (lines, ended) => {
        const text = lines.join('\n') + (ended && lines.length > 0 ? '\n' : '')
        const next = withVariables(text, { QQ_APP_ID: '102', QQ_APP_SECRET: 'new' })
        const others = lines.filter((one) => !/^QQ_APP_(?:ID|SECRET)=/.test(one))
        const kept = next.split('\n').filter((one) => !/^QQ_APP_(?:ID|SECRET)=/.test(one))
        expect(kept.filter(Boolean)).toEqual(others.filter(Boolean))
        expect(parseEnv(next)).toMatchObject({ QQ_APP_ID: '102', QQ_APP_SECRET: 'new' })
        expect(next.match(/^QQ_APP_SECRET=/gm)).toHaveLength(1)
        expect(withVariables(next, { QQ_APP_ID: '102', QQ_APP_SECRET: 'new' })).toBe(next)
      }),
      { numRuns: Number(process.env['RUNS'] ?? 200) },
    )
  })
})
