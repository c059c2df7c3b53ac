/** The line that the README gives for workers, in a runtime of web standards, with the Node modules that the line needs. */
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

import { EdgeVM } from '@edge-runtime/vm'
import { build } from 'esbuild'
import { beforeAll, describe, expect, it } from 'vitest'

import { keysOf, signText } from '../src/signature.js'
import { APP_ID, messageBody, SECRET } from './support/platform.js'

/** What a runtime has to have besides web standards; Cloudflare calls it `nodejs_compat`. */
const NODE_MODULES = ['node:buffer', 'node:crypto', 'node:diagnostics_channel', 'node:util']

const WORKER = `
import { Webhook } from './src/webhook.ts'

const webhook = new Webhook({ appId: '${APP_ID}', secret: '${SECRET}', ack: globalThis.ack })
globalThis.handled = []
void webhook.run((delivery) => {
  globalThis.gate.then(() => {
    globalThis.handled.push(delivery.frame.d.content)
    delivery.settle('done')
  })
})

const worker = { fetch: (request, env, ctx) => webhook.fetch(request, ctx) }
addEventListener('fetch', (event) => event.respondWith(worker.fetch(event.request, {}, event)))
`

const bundle = async (): Promise<{ readonly code: string; readonly imports: readonly string[] }> => {
  const { outputFiles, metafile } = await build({
    stdin: { contents: WORKER, resolveDir: fileURLToPath(new URL('..', import.meta.url)), loader: 'ts' },
    bundle: true,
    write: false,
    metafile: true,
    format: 'iife',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['@qqkit/source'],
    external: ['node:*'],
  })
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path))
  return { code: outputFiles[0]?.text ?? '', imports: [...new Set(imports)].toSorted() }
}

describe('in a worker', () => {
  let code: string
  let imports: readonly string[]

  beforeAll(async () => {
    ;({ code, imports } = await bundle())
  })

  const start = (ack: 'early' | 'settled', gate: Promise<void> = Promise.resolve()) => {
    const require = createRequire(import.meta.url)
    const runtime = new EdgeVM({ extend: (context) => Object.assign(context, { require, ack, gate }) })
    runtime.evaluate(code)
    const push = async (body: string, secret = SECRET) => {
      const timestamp = String(Math.floor(Date.now() / 1000))
      return runtime.dispatchFetch('https://worker.example/qq', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-bot-appid': APP_ID,
          'x-signature-timestamp': timestamp,
          'x-signature-ed25519': signText(keysOf(secret), timestamp, body),
        },
        body,
      })
    }
    const handled = (): readonly string[] => runtime.context['handled'] as string[]
    return { push, handled }
  }

  it('needs only the Node modules that the README names', () => {
    expect(imports).toEqual(NODE_MODULES)
  })

  it('WH-03 handles a genuine event once, and refuses a forged one', async () => {
    const { push, handled } = start('settled')
    const body = messageBody(1).replace('hi', '你好 😀')
    const answer = await push(body)
    expect([answer.status, await answer.text()]).toEqual([200, '{"op":12,"d":0}'])
    expect((await push(body)).status).toBe(200)
    expect((await push(messageBody(2), 'another')).status).toBe(401)
    expect(handled()).toEqual(['你好 😀'])
  })

  it('WH-04 answers at once with early acknowledgement, and keeps the worker alive for the handler', async () => {
    let open = (): void => {}
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    const { push, handled } = start('early', gate)
    const answer = await push(messageBody(1))
    expect([answer.status, handled()]).toEqual([200, []])
    open()
    await answer.waitUntil()
    expect(handled()).toEqual(['hi'])
  })
})
