import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'

import type { Bot } from '@qqkit/bot'
import { startDesk, type Desk } from '@qqkit/simulator/testing'

import { createApp } from '../src/app.js'
import { createBot } from '../src/bot.js'

let desk: Desk

// A QQ platform in this process, which pushes signed events to the bot.
before(async () => {
  desk = await startDesk(createBot, { memory: true })
})
after(async () => desk.close())

it('CL-06 answers commands', async () => {
  await desk.user('ann').say('/ping').expect('pong')
  await desk
    .user('ann')
    .say('hello')
    .expect(/\/help/)
})

it('CL-06 asks before it deploys', async () => {
  const bob = desk.group('team').user('bob')
  await bob.say('/deploy v2').expect({ buttons: ['Deploy', 'Cancel'] })
  await bob.press('Deploy').expect('Deploying v2.')
})

it('CL-06 refuses what QQ did not sign, and tells its health', async () => {
  const app = createApp(desk.bot as Bot)
  const push = await app.request('/qq', { method: 'POST', body: '{"op":0}' })
  assert.equal(push.status, 401)
  const health = await app.request('/health')
  assert.equal(health.status, 200)
  assert.match(await health.text(), /"state":"ready"/)
})
