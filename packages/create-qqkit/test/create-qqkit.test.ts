import { spawnSync } from 'node:child_process'
import path from 'node:path'
import process from 'node:process'

import { expect, it } from 'vitest'

const bin = path.join(import.meta.dirname, '../bin/create-qqkit.cjs')
const OLD = 'data:text/javascript,Object.defineProperty(process.versions,"node",{value:"18.20.0"})'

it('CL-01 npm create qqkit is qqkit create, and an old Node gets one line', () => {
  const run = (lang: string) =>
    spawnSync(process.execPath, ['--import', OLD, bin, 'bot'], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: lang },
    })
  expect(run('en_US.UTF-8')).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/qqkit needs Node 20\.19.*this is Node 18/),
  })
  expect(run('zh_CN.UTF-8')).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/qqkit 需要 Node 20\.19/),
  })
})
