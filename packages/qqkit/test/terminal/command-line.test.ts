import { spawnSync } from 'node:child_process'
import path from 'node:path'
import process from 'node:process'

import { describe, expect, it } from 'vitest'

import { runCommand } from '../support/command.js'

describe('the command line', () => {
  it('CL-01 lists commands and options in both languages', async () => {
    for (const args of [[], ['--help'], ['-h'], ['help'], ['--lang', 'en']]) {
      const { code, lines } = await runCommand(args)
      expect(code).toBe(0)
      expect(lines.join('\n')).toMatch(/Usage: qqkit <command>[^]*create \[options\] \[dir\] +make a project/)
    }
    for (const args of [
      ['create', '--help'],
      ['help', 'create'],
    ]) {
      const { lines } = await runCommand(args, { language: 'zh' })
      expect(lines.join('\n')).toMatch(/用法：[^]*create[^]*选项：[^]*--js +使用 JavaScript[^]*--lang/)
    }
    for (const flag of ['--version', '-v'])
      expect((await runCommand([flag])).lines).toEqual([expect.stringMatching(/^\d+\.\d+\.\d+/)])
  })

  it.each([
    [['creat'], /no command creat.*create/, /没有命令 creat/],
    [['create', '--tempalte', 'x'], /no option --tempalte.*--template/, /没有选项 --tempalte/],
    [['create', '--template'], /value is missing/, /缺少取值/],
    [['create', '--template', ''], /value is missing/, /缺少取值/],
    [['create', ''], /^\[dir\]: the value is missing/, /^\[dir\]：缺少取值/],
    [['dev', ''], /^\[file\]: the value is missing/, /^\[file\]：缺少取值/],
    [['create', 'a', 'b'], /more words/, /参数过多/],
    [['create', '--lang', 'fr'], /--lang: give en or zh/, /--lang：请给出 en 或 zh/],
  ])('CL-01 answers %j with one line of advice', async (args, en, zh) => {
    for (const [language, pattern] of [
      ['en', en],
      ['zh', zh],
    ] as const) {
      const { code, lines, complaints } = await runCommand(args, { language })
      expect({ code, lines }).toEqual({ code: 1, lines: [] })
      expect(complaints).toEqual([expect.stringMatching(pattern)])
      expect(complaints[0]).not.toContain('\n')
    }
  })

  it('CL-01 tells a Node that is too old so, before anything is loaded', () => {
    const old = 'data:text/javascript,Object.defineProperty(process.versions,"node",{value:"20.18.9"})'
    const bin = path.join(import.meta.dirname, '../../bin/qqkit.cjs')
    for (const [lang, line] of [
      ['en_US.UTF-8', /^qqkit needs Node 20\.19 or newer, and this is Node 20\.18\.9: .*\n$/],
      ['zh_CN.UTF-8', /^qqkit 需要 Node 20\.19 或更新版本，当前为 Node 20\.18\.9：.*\n$/],
    ] as const) {
      const env = { ...process.env, LC_ALL: lang }
      const { status, stderr } = spawnSync(process.execPath, ['--import', old, bin], {
        encoding: 'utf8',
        env,
      })
      expect(status).toBe(1)
      expect(stderr).toMatch(line)
    }
  })
})
