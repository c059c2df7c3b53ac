import assert from 'node:assert/strict'
import { afterEach, it } from 'node:test'

import type { BotOptions } from '@qqkit/bot'
import { type Desk, startDesk } from '@qqkit/simulator/testing'
import type { LanguageModel } from 'ai'
import { MockLanguageModelV3 } from 'ai/test'

import { createAgent } from '../src/agent.js'
import { fakeModel } from '../src/fake-model.js'
import { createLog } from '../src/log.js'

type Person = ReturnType<Desk['user']>

const PEOPLE: Readonly<Record<string, (desk: Desk) => Person>> = {
  'a private chat': (desk) => desk.user('ann'),
  'a group': (desk) => desk.group('room').user('bob'),
  'a channel': (desk) => desk.channel('general').user('cat'),
}

let desk: Desk | null = null
afterEach(async () => {
  await desk?.close()
  desk = null
})

const start = async (model: LanguageModel = fakeModel(1), own: Partial<BotOptions> = {}): Promise<Desk> =>
  (desk = await startDesk((options) => createAgent({ ...options, ...own }, { model }), {
    memory: true,
    platform: { limits: false },
  }))

for (const [where, personIn] of Object.entries(PEOPLE)) {
  it(`CL-07 ${where}: the agent answers, tells the tools that it uses, and remembers until /new`, async () => {
    const person = personIn(await start())
    await person.say('你好').expect('你说：你好（之前有 0 条消息）')
    await person.say('上海天气').expect('我查一下。\n🔧 查询天气…\n上海：晴，25°C。')
    await person.say('再见').expect('你说：再见（之前有 4 条消息）')
    await person.say('/new').expect('已开始新的对话。')
    await person.say('你好').expect('你说：你好（之前有 0 条消息）')
  })

  it(`CL-07 ${where}: the agent asks before a tool that changes something, by button or text`, async () => {
    const person = personIn(await start())
    person.say('清空笔记')
    await person.expect({ content: '要清空笔记吗？', buttons: ['同意', '拒绝'] })
    person.say('拒绝')
    await person.expect({ content: /那就不做了/ })
    person.say('清空笔记')
    await person.expect({ buttons: ['同意', '拒绝'] })
    const pressed = person.press('同意')
    await pressed.expectAck(0)
    await person.expect({ content: /清空了 \d 条笔记/ })
  })

  it(`CL-07 ${where}: the agent is stopped in the middle of an answer`, async () => {
    const person = personIn(await start())
    await person.say('/stop').expect('当前没有正在进行的任务。')
    person.say('讲个故事')
    await person.say('/stop').expect('已停止。')
    await person.say('你好').expect({ content: /^你说：你好/ })
  })
}

it('CL-07 an answer that takes long shows that it is being written; an error is said, and logged without the conversation', async () => {
  let fail: (error: Error) => void = () => {}
  const failing = new Promise<never>((_, reject) => {
    fail = reject
  })
  let written = ''
  const log = createLog('info', { write: (line) => void (written += line) })
  const ann = (await start(new MockLanguageModelV3({ doStream: async () => failing }), { log })).user('ann')
  const asked = ann.say('我的密码是一二三')
  await asked.expectTyping()
  fail(Object.assign(new Error('no credit'), { requestBodyValues: { messages: ['我的密码是一二三'] } }))
  await asked.expect('出错了，请稍后再试。')
  const said = desk?.sim.log.of('message').filter(({ direction }) => direction === 'out')
  assert.equal(said?.length, 1)
  // The bot has finished with the message then.
  await desk?.close()
  assert.match(written, /"message":"no credit"/)
  assert.doesNotMatch(written, /一二三/)
})

it('CL-07 a level that there is not is one line', () => {
  assert.throws(() => createLog('loud'), { name: 'StartError', message: /^LOG_LEVEL is "loud"/ })
})
