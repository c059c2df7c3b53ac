import { setImmediate } from 'node:timers/promises'

import { ManualClock, sourceContract, type SourceSubject } from '@qqkit/core/testing'
import { it } from 'vitest'

import { Webhook } from '../src/index.js'
import { APP_ID, pushed, SECRET } from './support/platform.js'

const subject = (): SourceSubject => {
  const clock = new ManualClock()
  const webhook = new Webhook({ appId: APP_ID, secret: SECRET, clock })
  let said = 0
  const push = (text: string, times: number, t = 'C2C_MESSAGE_CREATE'): void => {
    const id = String((said += 1))
    const d = { id: `ROBOT1.0_${id}`, content: text, type: 11 }
    const body = JSON.stringify({ op: 0, id: `${t}:${id}`, t, d })
    for (let time = 0; time < times; time += 1) void webhook.fetch(pushed(clock, { body }))
  }
  return {
    source: webhook,
    say: (text) => push(text, 1),
    sayTwice: (text) => push(text, 2),
    click: (text) => push(text, 1, 'INTERACTION_CREATE'),
    pass: () => setImmediate(),
    dispose: () => webhook.close(),
  }
}

for (const { name, run } of sourceContract(subject)) it(name, run)
