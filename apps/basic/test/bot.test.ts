import { after, before, it } from 'node:test'

import { startDesk, type Desk } from '@qqkit/simulator/testing'

import { createBot } from '../src/bot.js'

let desk: Desk

// A QQ platform in this process, with the bot connected to it.
before(async () => {
  desk = await startDesk(createBot, { memory: true })
})
after(async () => desk.close())

it('CL-06 answers commands', async () => {
  const ann = desk.user('ann')
  await ann.say('/ping').expect('pong')
  await ann.say('/echo good morning').expect('good morning')
  await ann.say('/help').expect(/\/tea/)
})

it('CL-06 answers a click in a group', async () => {
  const bob = desk.group('room').user('bob')
  await bob.say('/tea').expect({ buttons: ['Yes'] })
  await bob.press('Yes').expect('Here is your tea.')
})

it('CL-06 answers everything else', async () => {
  await desk.user('ann').say('hello').expect('You said: hello')
})
