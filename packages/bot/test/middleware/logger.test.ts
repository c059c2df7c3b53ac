import type { LogRecord } from '@qqkit/core'
import { ManualClock } from '@qqkit/core/testing'
import { describe, expect, it } from 'vitest'

import { logger, type LoggerOptions } from '../../src/middleware/index.js'
import { c2c } from '../support/deliveries.js'
import { Stage } from '../support/stage.js'

const record = async (options: Partial<LoggerOptions>, handle: (clock: ManualClock) => Promise<void>) => {
  const clock = new ManualClock()
  const stage = new Stage({ clock })
  const records: LogRecord[] = []
  stage.handlers.use(logger({ log: (one) => records.push(one), clock, ...options }))
  stage.handlers.on('message', null, async () => handle(clock))
  stage.handlers.catch(() => {})
  stage.intake.deliver(c2c('something private', 'A1'))
  await stage.intake.idle()
  return records
}

describe('logger', () => {
  it('tells how long the handlers took, and nothing of what was said', async () => {
    const records = await record({}, async (clock) => clock.advance(250))
    expect(records).toMatchObject([
      {
        level: 'info',
        event: 'bot.event',
        name: 'C2C_MESSAGE_CREATE',
        sender: 'A1',
        place: 'c2c:A1',
        ms: 250,
        outcome: 'done',
      },
    ])
    expect(JSON.stringify(records)).not.toContain('private')
  })

  it('logs failures, and the text with the option text', async () => {
    const records = await record({ text: true, level: 'debug' }, async () =>
      Promise.reject(new Error('broken')),
    )
    expect(records).toMatchObject([{ level: 'debug', outcome: 'failed', text: 'something private' }])
  })

  it('refuses a log that is none', () => {
    expect(() => logger({ log: 'console' } as unknown as LoggerOptions)).toThrow(
      expect.objectContaining({ path: 'log' }),
    )
  })
})
