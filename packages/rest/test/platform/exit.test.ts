import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

import { expect, it, onTestFinished } from 'vitest'

import { bundleProgram } from '../../../simulator/test/support/bundle-program.js'
import { APP_ID, SECRET } from '../support/rest-harness.js'
import { testFolder } from '../support/test-folder.js'

const folder = testFolder()

const AUDIT = { code: 304023, message: 'waiting', data: { message_audit: { audit_id: 'a-1' } } }

/** A platform that leaves some calls open; `busy` resolves once all of them have come. */
const startPlatform = async (): Promise<{ url: string; busy: Promise<unknown> }> => {
  const awaited = new Set(['/silent', '/dms/silent/messages', '/v2/groups/limited/messages'])
  const platform = createServer((request, response) => {
    const { url = '' } = request
    const answer = (status: number, body: unknown, headers = {}): void => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
    }
    request.resume()
    if (url.endsWith('getAppAccessToken')) answer(200, { access_token: 'AT_1', expires_in: '7200' })
    else if (url.startsWith('/channels/')) answer(202, AUDIT)
    else if (url.startsWith('/v2/groups/')) answer(429, {}, { 'retry-after': '3600' })
    else if (url.startsWith('/v2/users/')) answer(200, { id: 'm-1' })
    if (awaited.delete(url) && awaited.size === 0) platform.emit('busy')
  })
  const busy = once(platform, 'busy')
  platform.listen(0, '127.0.0.1')
  await once(platform, 'listening')
  onTestFinished(() => {
    platform.closeAllConnections()
    platform.close()
  })
  return { url: `http://127.0.0.1:${(platform.address() as AddressInfo).port}`, busy }
}

it('RS-13 after close() the process exits', async () => {
  const { url, busy } = await startPlatform()
  const source = new URL('../support/close-busy.ts', import.meta.url)
  const program = await bundleProgram(source, folder.path)
  const child = fork(program, [url, APP_ID, SECRET], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const output = child.stdout ? text(child.stdout) : ''
  await busy
  child.send('close')
  const [code] = await once(child, 'exit')
  expect(JSON.parse(await output)).toEqual({
    ended: [{ kind: 'pending' }, 'closed', 'closed', 'closed', 'closed'],
    left: [],
  })
  expect(code).toBe(0)
})
