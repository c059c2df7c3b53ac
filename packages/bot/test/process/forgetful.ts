// A test file of node:test whose tests forget to close their desks.
import { startDesk } from '@qqkit/simulator/testing'
import { it } from 'node:test'

import { createBot } from '../support/tea-bot.js'

void it('over sockets', async () => {
  const desk = await startDesk(createBot)
  await desk.user('ann').say('/ping').expect('pong')
})

void it('over a webhook', async () => {
  const desk = await startDesk((options) => createBot({ ...options, source: 'webhook' }))
  await desk.user('ann').say('/ping').expect('pong')
})

void it('in memory, with an expectation that fails', async () => {
  const desk = await startDesk(createBot, { memory: true })
  await desk.user('ann').say('/ping').expect('tea')
})
