import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import process from 'node:process'

import { beforeAll, describe, expect, it } from 'vitest'

import { buildTemplates } from '../../build-templates.js'
import { type AroundInit, type Ran, runCommand } from '../support/command.js'
import { temporaryFolder, temporaryFolders } from '../support/folder.js'

const templates = temporaryFolder()
beforeAll(async () => buildTemplates(templates))

/** A folder of its own for each test. */
const place = temporaryFolders()

const create = async (args: readonly string[], init: AroundInit): Promise<Ran> =>
  runCommand(['create', ...args], { deps: { templates }, ...init })

/** A program in the place of npm. */
const fakeNpm = (script: string): { readonly env: NodeJS.ProcessEnv; readonly programs: string } => {
  const programs = place()
  const file = path.join(programs, 'npm')
  writeFileSync(file, `#!/bin/sh\n${script}\n`)
  chmodSync(file, 0o755)
  return { programs, env: { PATH: `${programs}:${process.env['PATH']}` } }
}

describe('create', () => {
  it('CL-02 copies a template, with the name of the folder, and says what to do next', async () => {
    const cwd = place()
    const { code, lines } = await create(['my-bot', '--no-install'], { cwd })
    expect(code).toBe(0)
    expect(lines.join('\n')).toMatch(
      /cd my-bot\n +npm install\n +npm run \w+ +talk to it[^]*npx qqkit login +connect/,
    )
    const files = readdirSync(path.join(cwd, 'my-bot'))
    expect(files).toEqual(
      expect.arrayContaining(['.gitignore', '.env.example', 'package.json', 'src', 'tsconfig.json']),
    )
    expect(readFileSync(path.join(cwd, 'my-bot', '.gitignore'), 'utf8')).toMatch(/^\.env$/m)
    const manifest = readFileSync(path.join(cwd, 'my-bot', 'package.json'), 'utf8')
    expect(JSON.parse(manifest)).toMatchObject({ name: 'my-bot', private: true })
    expect(manifest).not.toMatch(/workspace:|catalog:|@qqkit\/example/)
    const config = readFileSync(path.join(cwd, 'my-bot', 'tsconfig.json'), 'utf8')
    expect(config).not.toContain('@qqkit/source')
  })

  it('CL-02 takes a default folder, an empty one, and one below folders that are not there', async () => {
    const cwd = place()
    mkdirSync(path.join(cwd, 'empty'))
    for (const [dir, made] of [
      [[], 'qq-bot'],
      [['empty'], 'empty'],
      [['a/b/bot'], 'a/b/bot'],
    ] as const) {
      expect(await create([...dir, '--no-install'], { cwd })).toMatchObject({ code: 0, complaints: [] })
      expect(existsSync(path.join(cwd, made, 'package.json'))).toBe(true)
    }
  })

  it('CL-02 says how to go into a folder whose path a shell would split', async () => {
    const cwd = place()
    const { lines } = await create(['我的 bots/one', '--no-install'], { cwd })
    expect(lines).toContain(`  cd "${path.join('我的 bots', 'one')}"`)
  })

  it('CL-02 answers in Chinese, and with --json in one line of JSON', async () => {
    const cwd = place()
    const { lines } = await create(['one', '--no-install'], { cwd, language: 'zh' })
    expect(lines[0]).toMatch(/^已在 .*one 中创建机器人/)
    const { lines: json } = await create(['two', '--no-install', '--json', '--js'], { cwd })
    expect(json).toHaveLength(1)
    expect(JSON.parse(json[0] ?? '')).toEqual({
      folder: path.join(cwd, 'two'),
      name: 'two',
      template: path.join('basic', 'js'),
      installed: false,
    })
  })

  it('CL-02 writes JavaScript without types, and without tools for types', async () => {
    const cwd = place()
    await create(['bot', '--js', '--no-install'], { cwd })
    const all = readdirSync(path.join(cwd, 'bot'), { recursive: true }) as string[]
    expect(all.filter((file) => /\.tsx?$|tsconfig/.test(file))).toEqual([])
    expect(all.filter((file) => file.endsWith('.js')).length).toBeGreaterThan(2)
    expect(readFileSync(path.join(cwd, 'bot', 'package.json'), 'utf8')).not.toMatch(
      /tsx|typescript|tsc|\.ts\b/,
    )
    for (const file of all.filter((name) => name.endsWith('.js')))
      expect(readFileSync(path.join(cwd, 'bot', file), 'utf8')).not.toMatch(/\n\n\n|^import type|: string\b/m)
  })

  it.each([
    [
      'a name that npm refuses',
      ['My Bot'],
      /npm refuses the name "My Bot".*e\.g\. my-bot/,
      /npm 不接受名称“My Bot”/,
    ],
    [
      'a path where TypeScript does not run',
      ['what?/bot'],
      /question mark: .*what\?.*Rename/,
      /路径中含有问号/,
    ],
    ['a name of Node', ['http'], /npm refuses the name "http".*e\.g\. qq-bot/, /npm 不接受名称“http”/],
    [
      'a template that is not there',
      ['b', '--template', 'x'],
      /no template "x"; give one of .*basic/,
      /没有名为“x”的模板/,
    ],
    ['a folder with files', ['full'], /full is not empty, and nothing in it is touched/, /full 不是空目录/],
    ['a file', ['full/file'], /file cannot be written: a part of the path is a file/, /路径中有一部分是文件/],
    [
      'a name that is too long',
      [`${'a'.repeat(100)}/${'b'.repeat(300)}/bot`],
      /name is too long/,
      /名称过长/,
    ],
    ['a folder of the system', ['/proc/none/bot'], /the system allows none there/, /系统不允许在那里创建/],
    ['a circle of links', ['circle/bot'], /links lead in a circle/, /符号链接形成了循环/],
    ['a link to nothing', ['nothing'], /a file has this name/, /已有同名文件/],
  ])('CL-02 refuses %s in one line, and touches nothing', async (_, args, en, zh) => {
    for (const [language, pattern] of [
      ['en', en],
      ['zh', zh],
    ] as const) {
      const cwd = place()
      mkdirSync(path.join(cwd, 'full'))
      writeFileSync(path.join(cwd, 'full', 'file'), 'kept')
      symlinkSync('circle', path.join(cwd, 'circle'))
      symlinkSync('not-there', path.join(cwd, 'nothing'))
      expect(await create(args, { cwd, language })).toEqual({
        code: 1,
        lines: [],
        complaints: [expect.stringMatching(pattern)],
      })
      expect(
        (readdirSync(cwd, { recursive: true }) as string[]).toSorted((a, b) => a.length - b.length),
      ).toEqual(['full', 'circle', 'nothing', path.join('full', 'file')])
      expect(readFileSync(path.join(cwd, 'full', 'file'), 'utf8')).toBe('kept')
    }
  })

  it('CL-02 refuses a folder without rights', async () => {
    const cwd = place()
    chmodSync(cwd, 0o555)
    const root = process.getuid?.() === 0
    // An ordinary user: root may write everywhere.
    if (root) process.seteuid?.(65_534)
    const { code, complaints } = await create(['bot'], { cwd }).finally(() => root && process.seteuid?.(0))
    expect(code).toBe(1)
    expect(complaints).toEqual([expect.stringMatching(/bot cannot be written: this user has no right to it/)])
  })
})

describe('create with an installation', () => {
  it('CL-02 installs with the package manager that runs it', async () => {
    const { env, programs } = fakeNpm(`echo "$@" > "$(dirname "$0")/args"; touch node_modules_made`)
    const cwd = place()
    const { code, lines } = await create(['bot'], { cwd, env })
    expect(code).toBe(0)
    expect(lines.join('\n')).toMatch(/Installing packages with npm[^]*cd bot\n +npm run/)
    expect(readFileSync(path.join(programs, 'args'), 'utf8')).toMatch(/^install /)
    expect(existsSync(path.join(cwd, 'bot', 'node_modules_made'))).toBe(true)
  })

  it.each([
    [
      'npm error code ENOTFOUND',
      /npm did not install its packages: no registry could be reached\. Run "npm install"/,
    ],
    ['npm error code ENOTCACHED', /no registry could be reached/],
    ['npm error code E404', /the registry does not have a package/],
    ['npm error code ENOSPC', /the disk is full/],
    ['npm error something else', /npm error something else/],
  ])('CL-02 says in one line why nothing was installed: %s', async (output, pattern) => {
    const { env } = fakeNpm(`echo "${output}" >&2; exit 1`)
    const cwd = place()
    const { code, complaints } = await create(['bot', '--json'], { cwd, env })
    expect(code).toBe(1)
    expect(complaints).toEqual([expect.stringMatching(pattern)])
    expect(existsSync(path.join(cwd, 'bot', 'package.json'))).toBe(true)
  })

  it('CL-02 says what is left after Ctrl-C', async () => {
    const { env } = fakeNpm('exec tail -f /dev/null')
    const stop = new AbortController()
    const cwd = place()
    const onLine = (): void => void setImmediate(() => stop.abort())
    const { code, complaints } = await create(['bot'], { cwd, env, signal: stop.signal, onLine })
    expect(code).toBe(1)
    expect(complaints).toEqual([expect.stringMatching(/^stopped: the project is written.*Run "npm install"/)])
  })

  it('CL-02 says that a package manager cannot be started', async () => {
    const env = { PATH: '/nowhere', npm_config_user_agent: 'pnpm/10.0.0 npm/? node/v20' }
    const { complaints } = await create(['bot'], { cwd: place(), env, language: 'zh' })
    expect(complaints).toEqual([expect.stringMatching(/pnpm 没有安装依赖：无法启动 pnpm/)])
  })
})
