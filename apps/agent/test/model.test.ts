import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, it } from 'node:test'

import { type Desk, startDesk } from '@qqkit/simulator/testing'

import { createAgent } from '../src/agent.js'
import { readModel } from '../src/model.js'

/** Ends what a test started. */
const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

interface Said {
  readonly role: string
  readonly content: unknown
}

/** A provider on this machine, as most of them speak: each request takes the next answer. */
const startProvider = async (answers: readonly object[]) => {
  const requests: { readonly key: unknown; readonly model: string; readonly messages: readonly Said[] }[] = []
  const reply = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { model, messages } = JSON.parse(await text(request))
    const delta = answers[requests.length]
    requests.push({ key: request.headers.authorization, model, messages })
    const finish = delta && 'tool_calls' in delta ? 'tool_calls' : 'stop'
    response.setHeader('content-type', 'text/event-stream')
    for (const choice of [
      { index: 0, delta },
      { index: 0, delta: {}, finish_reason: finish },
    ])
      response.write(`data: ${JSON.stringify({ id: 'a', created: 1, model, choices: [choice] })}\n\n`)
    response.end('data: [DONE]\n\n')
  }
  const server = createServer((request, response) => void reply(request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  ends.push(() => server.close())
  const { port } = server.address() as AddressInfo
  const env = { MODEL_URL: `http://127.0.0.1:${port}/v1`, MODEL_KEY: 'tst-key', MODEL_NAME: 'deepseek-chat' }
  return { env, requests }
}

const talk = async (env: Readonly<Record<string, string>>): Promise<Desk> => {
  const desk = await startDesk((options) => createAgent(options, { model: readModel(env) }), {
    memory: true,
    platform: { limits: false },
  })
  ends.push(() => desk.close())
  return desk
}

it('CL-07 without a key the model is a fake one; a key without an address or a name is one line', () => {
  assert.equal(Reflect.get(readModel({}) as object, 'modelId'), 'fake')
  for (const env of [{}, { MODEL_NAME: 'x' }, { MODEL_NAME: 'x', MODEL_URL: 'localhost:11434/v1' }])
    assert.throws(() => readModel({ ...env, MODEL_KEY: 'tst-key' }), {
      name: 'StartError',
      message: /^MODEL_KEY is set/,
    })
})

it('CL-07 three variables name a model of any provider; it hears who speaks, what was said, and what a person allowed', async () => {
  const called = { id: 'c1', type: 'function', function: { name: 'clearNotes', arguments: '{}' } }
  const { env, requests } = await startProvider([
    { content: '你好，Bob' },
    { tool_calls: [{ index: 0, ...called }] },
    { content: '没有清空' },
  ])
  const bob = (await talk(env)).group('room').user('bob')
  await bob.say('你好').expect('你好，Bob')
  bob.say('清空笔记')
  await bob.expect({ buttons: ['同意', '拒绝'] })
  bob.say('拒绝')
  await bob.expect({ content: /没有清空$/ })

  assert.equal(requests.length, 3)
  assert.deepEqual(
    requests.map(({ key, model }) => [key, model]),
    requests.map(() => ['Bearer tst-key', 'deepseek-chat']),
  )
  const heard = requests.at(-1)?.messages.map(({ role, content }) => [role, content])
  assert.deepEqual(heard?.slice(1), [
    ['user', 'bob：你好'],
    ['assistant', '你好，Bob'],
    ['user', 'bob：清空笔记'],
    ['assistant', null],
    ['tool', 'Tool call execution denied.'],
  ])
})
