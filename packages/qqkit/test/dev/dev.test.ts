import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import type { SocketSimulator } from '@qqkit/simulator'
import { describe, expect, it, vi } from 'vitest'

import { botFileIn, isWatched, ownFolderOf } from '../../src/dev/bot-file.js'
import { runCommand } from '../support/command.js'
import { dev, environmentOfSources, withPackages } from '../support/dev.js'
import { temporaryFolders } from '../support/folder.js'

const place = temporaryFolders()

/** The output of the bot's program as the page gets it. */
const outputOf = async ({ url }: SocketSimulator): Promise<unknown> => {
  const { body } = await fetch(`${url}/_sim/events`)
  let text = ''
  for await (const chunk of (body ?? new ReadableStream<Uint8Array>()).pipeThrough(new TextDecoderStream())) {
    text += chunk
    if (/^data: .*\n\n/m.test(text)) break
  }
  const snapshot = JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? '') as {
    readonly output: readonly { readonly from: string; readonly text: string }[]
  }
  return snapshot.output.map(({ from, text: line }) => [from, line])
}

const bot = (answer: string): string => `import process from 'node:process'
import { Bot } from '@qqkit/bot'

const options: { appId: string; secret: string } = { appId: process.env.QQ_APP_ID!, secret: process.env.QQ_APP_SECRET! }
const bot = new Bot({ ...options, handleSignals: true })
bot.on('message', (ctx) => ctx.reply('${answer}: ' + ctx.text))
await bot.start()
`

describe('dev', () => {
  it('CL-05 leads a bot to the platform as it is, shows its log, and starts it again when it changes', async () => {
    const env = 'QQ_APP_ID=1\nQQ_APP_SECRET=real-secret\nQQ_BASE_URL=sandbox\n'
    const cwd = withPackages(
      place({ 'src/main.ts': bot('one'), 'package.json': '{ "type": "module" }', '.env': env }),
    )
    const { until, sim: starting, stop } = dev([], { cwd })
    const sim = await starting
    await until(/src[/\\]main\.ts; it starts again/)
    await until(/bot │ .*calls go to http:\/\/127\.0\.0\.1:\d+, since QQKIT_API_URL is set/)
    await until(/• the bot is connected/)
    sim.user('ann').say('hello')
    expect(await until(/: one/)).toMatch(/: one: hello$/)
    writeFileSync(path.join(cwd, 'src/main.ts'), bot('two'))
    await until(/• src[/\\]main\.ts has changed: the bot starts again/)
    await until(/bot │ .*the bot has stopped/)
    await until(/• the bot is connected/)
    sim.user('ann').say('again')
    expect(await until(/: two/)).toMatch(/: two: again$/)
    // One platform: what was said before is still there.
    const texts = sim.log.entries().filter((entry) => entry.kind === 'message' && entry.change === 'sent')
    expect(texts).toHaveLength(4)
    const { code, lines } = await stop()
    expect(code).toBe(0)
    expect(lines.at(-1)).toBe('Stopped.')
    expect(lines.join('\n')).not.toContain('real-secret')
  })

  it('CL-05 gives a bot a folder of data that lasts as long as the platform, beside that of the bot on QQ', async () => {
    const keeper = `import { appendFileSync, readFileSync } from 'node:fs'
const file = process.env.QQ_DATA + '/lives'
appendFileSync(file, 'x')
console.log(file, readFileSync(file, 'utf8'))
setInterval(() => {}, 1000)
`
    const cwd = place({ 'bot.mjs': keeper, '.env': 'QQ_DATA=data\n' })
    const { until, stop } = dev(['bot.mjs'], { cwd })
    const file = (await until(/^bot │ .* x$/)).replace(/^bot │ (.*) x$/, '$1')
    writeFileSync(path.join(cwd, 'bot.mjs'), `${keeper}\n`)
    await until(/^bot │ .* xx$/)
    expect(existsSync(file)).toBe(true)
    await stop()
    expect(existsSync(path.dirname(file))).toBe(false)
    const own = place()
    const asked = dev(['bot.mjs'], { cwd, env: { QQ_DATA: own } })
    expect(await asked.until(/^bot │ .* x$/)).toContain(own)
  })

  it('CL-05 waits for a change after a bot that ended, and ends one that does not stop', async () => {
    const cwd = place({ 'bot.mjs': 'console.error("broken"); process.exit(3)' })
    const { until, sim: starting, stop } = dev(['bot.mjs'], { cwd, language: 'zh' })
    await until(/^bot │ broken$/)
    await until(/• 机器人已退出（3），文件改动后会重新启动/)
    writeFileSync(
      path.join(cwd, 'bot.mjs'),
      'process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)',
    )
    await until(/• bot\.mjs 有改动，正在重启机器人/)
    await until(/^bot │ up$/)
    // The same lines are on the page.
    expect(await outputOf(await starting)).toEqual([
      ['stderr', 'broken'],
      ['dev', '机器人已退出（3），文件改动后会重新启动'],
      ['dev', 'bot.mjs 有改动，正在重启机器人'],
      ['stdout', 'up'],
    ])
    expect((await stop()).lines.at(-1)).toBe('已停止。')
  })

  it.each([
    // Node itself would abort, for its terminal may be gone.
    ['SIGHUP', /Stopped\.\n$/],
    // It has no time to end anything.
    ['SIGKILL', /pid \d+/],
  ] as const)('CL-05 leaves no bot behind after %s, and ends by that signal', async (signal, last) => {
    const cwd = place({
      'bot.mjs': 'console.log("pid " + process.pid); setInterval(() => {}, 1000)',
      'command.mjs': `import { runCommandLine } from ${JSON.stringify(new URL('../../src/index.ts', import.meta.url))}
process.exitCode = await runCommandLine(process.argv.slice(2))`,
    })
    const args = ['command.mjs', 'dev', 'bot.mjs', '--port', '0', '--lang', 'en']
    // Who is killed removes no folder of data.
    const child = spawn(process.execPath, args, { cwd, env: { ...environmentOfSources, TMPDIR: place() } })
    let said = ''
    const ended = once(child, 'close')
    const bot = new Promise<number>((resolve) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        const [, pid] = /pid (\d+)/.exec((said += text)) ?? []
        if (pid !== undefined) resolve(Number(pid))
      })
    })
    const pid = await bot
    child.kill(signal)
    expect(await ended).toEqual([null, signal])
    expect(said).toMatch(last)
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), 10_000)
  })

  it('CL-05 leads other SDKs with built-in hosts to the platform', async () => {
    for (const client of ['qq-official-bot', 'satori']) {
      const file = fileURLToPath(
        new URL(`../../../simulator/test/third-party/${client}.mjs`, import.meta.url),
      )
      const cwd = place({
        'bot.mjs': `const { QQ_APP_ID, QQ_APP_SECRET } = process.env
process.argv.push(QQ_APP_ID, QQ_APP_SECRET)
await import(${JSON.stringify(pathToFileURL(file).href)})
`,
      })
      const { until, sim } = dev(['bot.mjs'], { cwd })
      await until(/• the bot is connected/)
      ;(await sim).user('ann').say('hi')
      expect(await until(/heard/)).toMatch(/: heard hi/)
    }
  })

  it('CL-05 prints the lines to change for other languages', async () => {
    const { until, stop } = dev(['bot.py'], { cwd: place({ 'bot.py': '' }) })
    await until(/bot\.py does not run on Node: start it yourself/)
    await until(/botgo: constant\.APIDomain = "http/)
    await until(/Ctrl-C stops/)
    expect((await stop()).code).toBe(0)
  })

  it('CL-05 prints no texts of messages where asked, and opens the page', async () => {
    const opened: string[] = []
    const deps = { open: (url: string) => void opened.push(url) }
    const { until, sim } = dev(['bot.mjs', '--no-contents', '--open'], {
      cwd: place({ 'bot.mjs': '' }),
      deps,
    })
    await until(/• the bot ended/)
    ;(await sim).user('ann').say('hello there')
    await until(/^ann: \[11 characters\]$/)
    expect(opened).toEqual([(await sim).url])
  })

  it.each([
    ['no file', [], /no bot is in this folder.*qqkit dev src\/main\.ts/, /没有找到机器人/],
    ['TypeScript under a path with "?"', ['wh?t/bot.ts'], /question mark: .*wh\?t.*Rename/, /路径中含有问号/],
    ['a file that is not there', ['src/bto.ts'], /there is no file src\/bto\.ts/, /没有文件 src\/bto\.ts/],
    ['a wrong port', ['--port', '99999'], /--port: give a port/, /--port：请给出/],
  ])('CL-05 answers %s with one line', async (_, args, en, zh) => {
    for (const [language, pattern] of [
      ['en', en],
      ['zh', zh],
    ] as const)
      expect(await runCommand(['dev', ...args], { cwd: place({ 'wh?t/bot.ts': '' }), language })).toEqual({
        code: 1,
        lines: [],
        complaints: [expect.stringMatching(pattern)],
      })
  })

  it('CL-05 answers a port that is taken with one line', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const cwd = place({ 'bot.mjs': '' })
    const { code, complaints } = await runCommand(['dev', '--port', String(port)], { cwd })
    expect(code).toBe(1)
    expect(complaints).toEqual([
      expect.stringMatching(new RegExp(`port ${port} on 127\\.0\\.0\\.1 is already in use.*--port 0`)),
    ])
    server.close()
  })
})

describe('the file of a bot', () => {
  it('CL-05 is guessed: the likeliest first, then main of package.json', () => {
    const cwd = place({ 'src/main.ts': '', 'index.js': '', 'package.json': '{ "main": "lib/start.js" }' })
    expect(botFileIn(cwd, undefined)).toEqual({
      file: path.join(cwd, 'src/main.ts'),
      project: cwd,
      typed: true,
      depth: 10,
    })
    const other = place({ 'lib/start.js': '', 'package.json': '{ "main": "lib/start.js" }' })
    expect(botFileIn(other, undefined)).toMatchObject({
      file: path.join(other, 'lib/start.js'),
      typed: false,
    })
    const alone = place({ 'bot.js': '' })
    expect(botFileIn(alone, 'bot.js')).toMatchObject({ project: alone, depth: 0 })
    expect(botFileIn(place({ 'bot.go': '' }), 'bot.go')).toBeNull()
    // A folder stands for the bot in it, as after `qqkit create my-bot`.
    expect(botFileIn(path.dirname(cwd), path.basename(cwd))).toEqual(botFileIn(cwd))
    expect(() => botFileIn(path.dirname(cwd), path.basename(place({ 'a.go': '' })))).toThrow(
      /no bot is in this folder/,
    )
    expect(existsSync(path.join(other, 'lib/start.js'))).toBe(true)
    expect(readFileSync(path.join(cwd, 'index.js'), 'utf8')).toBe('')
  })

  it.each([
    ['src/bot.ts', true],
    ['src/texts.json', true],
    ['.env', true],
    ['.env.local', true],
    ['package.json', true],
    ['tsconfig.json', true],
    ['session.json', false],
    ['data/places.json', false],
    ['node_modules/a/index.js', false],
    ['dist/main.js', false],
    ['.git/config.js', false],
    ['README.md', false],
  ])('CL-05 is watched with what it is made of, not with what it writes: %s', (file, watched) => {
    expect(isWatched(file, false)).toBe(watched)
  })

  it('CL-05 is watched where it lies, also in a folder that is built', () => {
    const own = ownFolderOf({ file: '/bots/one/dist/main.js', project: '/bots/one' })
    expect(own).toBe('dist')
    expect(isWatched('dist', true, own)).toBe(true)
    expect(isWatched('dist/main.js', false, own)).toBe(true)
    expect(isWatched('dist/node_modules/a.js', false, own)).toBe(false)
    expect(ownFolderOf({ file: '/bots/one/src/main.ts', project: '/bots/one' })).toBeNull()
  })
})
