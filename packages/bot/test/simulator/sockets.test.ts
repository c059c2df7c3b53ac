import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { startSimulator, type LogEntry, type SocketSimulator } from '@qqkit/simulator'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { Bot, button, keyboard, markdown, nodeHandler, type Scene } from '../../src/index.js'

type Entry<K extends LogEntry['kind']> = Extract<LogEntry, { readonly kind: K }>

type Transport = 'gateway' | 'webhook'

describe.each<Transport>(['gateway', 'webhook'])(
  'a bot over real sockets, %s',
  { timeout: 20_000 },
  (source) => {
    let sim: SocketSimulator
    let server: Server
    let bot: Bot
    let running: Promise<void>

    /** Resolves with the first entry to come that fits. */
    const next = async <K extends LogEntry['kind']>(
      kind: K,
      fits: (entry: Entry<K>) => boolean = () => true,
    ): Promise<Entry<K>> =>
      new Promise((resolve) => {
        const unsubscribe = sim.subscribe((entry) => {
          if (entry.kind !== kind || !fits(entry as Entry<K>)) return
          unsubscribe()
          resolve(entry as Entry<K>)
        })
      })

    const answer = async (): Promise<Entry<'message'>> =>
      next('message', ({ direction }) => direction === 'out')

    beforeEach(async () => {
      sim = await startSimulator({ page: false })
      const { appId, secret } = sim.credentials
      bot = new Bot({ appId, secret, source, baseUrl: sim.url, maxTextLength: 60, log: false })
      bot.command('menu', async (ctx) =>
        ctx.reply({
          ...markdown`
**Menu**
          `,
          ...keyboard([[button.callback('Tea', 'tea')]]),
        }),
      )
      bot.command('long', async (ctx) => ctx.reply(`${'one '.repeat(12)}\n${'two '.repeat(12)}`))
      bot.on('interaction', async (ctx) => ctx.reply(`here is your ${ctx.data}`))
      bot.on('message', async (ctx) => ctx.reply(`you said ${ctx.text}`))
      if (source === 'webhook') return startOnWebhook()
      const ready = next('session')
      running = bot.start()
      await ready
    })

    const startOnWebhook = async (): Promise<void> => {
      server = createServer(nodeHandler(bot.webhook) as RequestListener).listen(0, '127.0.0.1')
      await once(server, 'listening')
      running = bot.start()
      sim.changeBot({ webhook: `http://127.0.0.1:${(server.address() as AddressInfo).port}/qq` })
      const validated = next('push')
      sim.validateWebhook()
      expect(await validated).toMatchObject({ outcome: 'accepted' })
    }

    afterEach(async () => {
      await bot.stop()
      await running
      await sim.close()
      if (source !== 'webhook') return
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    })

    const people = {
      c2c: () => sim.user('ann'),
      group: () => sim.group('room').user('bob'),
      channel: () => sim.channel('general').user('cat'),
      dm: () => sim.dm('dan'),
    } satisfies Record<Scene, unknown>

    it.each(Object.keys(people) as Scene[])('BT-05 has a whole conversation in %s', async (scene) => {
      const person = people[scene]()
      const ask = async (text: string): Promise<Entry<'message'>> => {
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

    if (source === 'gateway')
      it('GW-15 answers what was said while the connection was down, once and in order', async () => {
        const said: string[] = []
        const done = next('message', ({ direction, content }) => {
          if (direction === 'out') said.push(content)
          return content === 'you said 5'
        })
        for (const text of ['1', '2']) people.c2c().say(text)
        sim.faults.resetConnections()
        for (const text of ['3', '4', '5']) people.c2c().say(text)
        await done
        expect(said).toEqual(['1', '2', '3', '4', '5'].map((text) => `you said ${text}`))
      })
  },
)
