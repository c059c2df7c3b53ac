import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { it } from 'node:test'

import { botOptions, readConfig } from '../src/config.js'
import { readEnvFile } from '../src/start.js'

const CREDENTIALS = { QQ_APP_ID: '102000001', QQ_APP_SECRET: 'secret' }

it('CL-06 reads the environment', () => {
  assert.deepEqual(readConfig({ ...CREDENTIALS, PORT: '8080', QQ_BASE_URL: '' }), {
    appId: '102000001',
    secret: 'secret',
    data: 'data',
    port: 8080,
  })
})

it('CL-06 says what is wrong', () => {
  assert.throws(() => readConfig({ QQ_APP_ID: '102000001' }), /not both set/)
  assert.throws(() => readConfig({ QQ_APP_ID: 'secret', QQ_APP_SECRET: '102000001' }), /swapped/)
  assert.throws(() => readConfig({ ...CREDENTIALS, PORT: 'http' }), /PORT/)
})

it('CL-06 says why the folder of data cannot be used, and waits for nothing', (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'qq-bot-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const at = (name: string): string => path.join(folder, name)
  writeFileSync(at('file'), '')
  symlinkSync('circle', at('circle'))
  for (const [data, why] of [
    [at('file'), /file/],
    [at('file/data'), /file/],
    [at('circle/data'), /link/],
    [at('n'.repeat(300)), /too long/],
    ['/proc/none/data', /no files there|may not write/],
  ] as const)
    assert.throws(
      () => botOptions(readConfig({ ...CREDENTIALS, QQ_DATA: data })),
      (error: Error) => {
        assert.match(error.message, /^the folder .* cannot be written \(.*\): set QQ_DATA/)
        assert.match(error.message, why)
        return true
      },
    )
  botOptions(readConfig({ ...CREDENTIALS, QQ_DATA: at('new/data') }))
})

it('CL-06 reads .env as editors on Windows write it, after the environment', (t) => {
  const [folder, before] = [mkdtempSync(path.join(tmpdir(), 'qq-bot-')), process.cwd()]
  process.chdir(folder)
  t.after(() => {
    process.chdir(before)
    rmSync(folder, { recursive: true })
    for (const name of ['CL_06_ID', 'CL_06_SECRET', 'CL_06_SET']) delete process.env[name]
  })
  const text = '\uFEFFCL_06_ID=102000001\r\nCL_06_SECRET="secret" # 密钥\r\nCL_06_SET=file\r\n'
  process.env['CL_06_SET'] = 'environment'
  for (const encoding of ['utf8', 'utf16le'] as const) {
    writeFileSync('.env', text, encoding)
    readEnvFile()
    const { CL_06_ID: id, CL_06_SECRET: secret, CL_06_SET: set } = process.env
    assert.deepEqual([id, secret, set], ['102000001', 'secret', 'environment'])
    delete process.env['CL_06_ID']
    delete process.env['CL_06_SECRET']
  }
  rmSync('.env')
  readEnvFile()
  assert.equal(process.env['CL_06_ID'], undefined)
})
