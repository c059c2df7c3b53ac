/** One conversation, in each scene and over each transport, on real HTTP and WebSocket. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { button, image, keyboard, markdown, text, type Bot, type Scene } from '../../src/index.js'
import { startSocketBot, type SocketBot, type Transport } from '../support/socket-bot.js'

/** A picture of one pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

const uploaded = { msg_type: 7, media: { file_info: expect.any(String) as string } }
const sentAlong = { file_image: expect.anything() as unknown }
/** How a picture travels in each scene (§5.5, §5.10). */
const PICTURED: Readonly<Record<Scene, object>> = {
  c2c: uploaded,
  group: uploaded,
  channel: sentAlong,
  dm: sentAlong,
}

/** What a language model gives: piece by piece, with time in between for other things to happen. */
async function* story(): AsyncGenerator<string> {
  for (const piece of ['Once ', 'upon ', 'a ', 'time.']) {
    yield piece
    await new Promise(setImmediate)
  }
}

const register = (bot: Bot): void => {
  bot.command('menu', async (ctx) =>
    ctx.reply({
      ...markdown`
        **Menu**
      `,
      ...keyboard([[button.callback('Tea', 'tea')]]),
    }),
  )
  bot.command('cat', async (ctx) => ctx.reply({ ...text('a cat'), ...image(PIXEL) }))
  bot.command('long', async (ctx) => ctx.reply(`${'one '.repeat(20)}\n${'two '.repeat(20)}`))
  bot.command('story', async (ctx) => ctx.stream(story()))
  bot.on('interaction', async (ctx) => ctx.reply(`here is your ${ctx.data}`))
  bot.on('message', async (ctx) => ctx.reply(`you said ${ctx.text}`))
}

type Answer = Awaited<ReturnType<SocketBot['answer']>>

describe.each<Transport>(['gateway', 'webhook'])('a bot over %s', { timeout: 20_000 }, (transport) => {
  let stage: SocketBot

  beforeEach(async () => {
    stage = await startSocketBot(transport, register, { maxTextLength: 100 })
  })

  afterEach(async () => {
    await stage.close()
  })

  const people = {
    c2c: () => stage.sim.user('ann'),
    group: () => stage.sim.group('room').user('bob'),
    channel: () => stage.sim.channel('general').user('cat'),
    dm: () => stage.sim.dm('dan'),
  } satisfies Record<Scene, unknown>

  it.each(Object.keys(people) as Scene[])('BT-05 has a whole conversation in %s', async (scene) => {
    const { sim, next, answer } = stage
    const person = people[scene]()
    const ask = async (text: string): Promise<Answer> => {
      const answered = answer()
      person.say(text)
      return answered
    }
    expect(await ask('hello')).toMatchObject({ scene, content: 'you said hello' })

    const menu = await ask('/menu')
    expect(menu.payload).toMatchObject({ markdown: { content: '**Menu**' } })
    const [acknowledged, served] = [next('interaction'), answer()]
    person.press({ button: 'Tea', message: menu.id })
    expect((await acknowledged).code).toBe(0)
    expect((await served).content).toBe('here is your tea')

    expect((await ask('/cat')).payload).toMatchObject({ content: 'a cat', ...PICTURED[scene] })

    // A message that grows in private chats, one whole message elsewhere (§5.4).
    const told = next('message', ({ direction, change }) => direction === 'out' && change !== 'streaming')
    person.say('/story')
    expect(await told).toMatchObject({
      change: scene === 'c2c' ? 'streamed' : 'sent',
      content: 'Once upon a time.',
      replyTo: expect.any(String) as string,
    })

    const second = next('message', ({ content }) => content.startsWith('two'))
    const first = await ask('/long')
    expect(first.content).toMatch(/^one/)
    expect((await second).replyTo).toBe(first.replyTo)

    sim.faults.add({
      on: 'call',
      match: { route: 'send', passive: true },
      do: { kind: 'error', code: 40034005 },
    })
    expect(await ask('too late')).toMatchObject({ content: 'you said too late', replyTo: null })
  })
})

describe('a bot over gateway', { timeout: 20_000 }, () => {
  it('GW-15 messages during an outage of the connection are answered once and in order', async () => {
    const { sim, next, close } = await startSocketBot('gateway', register)
    try {
      const said: string[] = []
      const done = next('message', ({ direction, content }) => {
        if (direction === 'out') said.push(content)
        return content === 'you said 5'
      })
      for (const text of ['1', '2']) sim.user('ann').say(text)
      sim.faults.resetConnections()
      for (const text of ['3', '4', '5']) sim.user('ann').say(text)
      await done
      expect(said).toEqual(['1', '2', '3', '4', '5'].map((text) => `you said ${text}`))
    } finally {
      await close()
    }
  })
})
