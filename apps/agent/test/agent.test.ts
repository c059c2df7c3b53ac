import assert from 'node:assert/strict'
import { afterEach, it } from 'node:test'

import { type Desk, startDesk } from '@qqkit/simulator/testing'

import { createAgent } from '../src/agent.js'
import { fakeModel, type Model } from '../src/model.js'

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

const start = async (model: Model = fakeModel(1)): Promise<Desk> =>
  (desk = await startDesk((options) => createAgent(options, { model }), {
    memory: true,
    platform: { limits: false },
  }))

for (const [where, personIn] of Object.entries(PEOPLE)) {
  it(`${where}: the agent answers, tells the tools that it uses, and remembers until /new`, async () => {
    const person = personIn(await start())
    await person.say('你好').expect('你说：你好（之前有 0 条消息）')
    await person.say('上海天气').expect('我查一下。\n🔧 查询天气…\n上海：晴，25°C。')
    await person.say('再见').expect('你说：再见（之前有 4 条消息）')
    await person.say('/new').expect('已开始新的对话。')
    await person.say('你好').expect('你说：你好（之前有 0 条消息）')
  })

  it(`${where}: the agent asks before a tool that changes something, by button or text`, async () => {
    const person = personIn(await start())
    person.say('清空笔记')
    await person.expect({ content: '要清空笔记吗？', buttons: ['同意', '拒绝'] })
    person.say('拒绝')
    await person.expect({ content: /没有清空笔记/ })
    person.say('清空笔记')
    await person.expect({ buttons: ['同意', '拒绝'] })
    const pressed = person.press('同意')
    await pressed.expectAck(0)
    await person.expect({ content: /清空了 \d 条笔记/ })
  })

  it(`${where}: the agent is stopped in the middle of an answer`, async () => {
    const person = personIn(await start())
    await person.say('/stop').expect('当前没有正在进行的任务。')
    person.say('讲个故事')
    await person.say('/stop').expect('已停止。')
    await person.say('你好').expect({ content: /^你说：你好/ })
  })
}

it('an answer that takes long shows that it is being written; an error is said', async () => {
  let fail = (): void => {}
  const failing = new Promise<void>((resolve) => {
    fail = resolve
  })
  const ann = (
    await start(async function* slow() {
      await failing
      yield { type: 'error', error: new Error('no credit') } as never
    })
  ).user('ann')
  const asked = ann.say('你好')
  await asked.expectTyping()
  fail()
  await asked.expect('出错了，请稍后再试。')
  const said = desk?.sim.log.of('message').filter(({ direction }) => direction === 'out')
  assert.equal(said?.length, 1)
})
