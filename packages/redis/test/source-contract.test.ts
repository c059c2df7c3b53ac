import { sourceContract, type SourceSubject } from '@qqkit/core/testing'
import { describe, it } from 'vitest'

import { HandSource, message } from './support/hand-source.js'
import { redisOfTests } from './support/redis-of-tests.js'
import { RedisStage } from './support/redis-stage.js'

describe('RD-12 a worker is a source like any other', () => {
  const { server } = redisOfTests()

  const make = (): SourceSubject => {
    const stage = new RedisStage(server)
    const hand = new HandSource()
    const publisher = stage.process().publish(hand)
    const running = publisher.run()
    return {
      source: stage.process().source(),
      // Everybody has a conversation of their own, so that one open event does not hold back another.
      say: (text) => hand.push(message(text)),
      sayTwice: (text) => {
        const frame = message(text)
        hand.push(frame)
        hand.push(frame)
      },
      pass: stage.pass,
      dispose: async () => {
        await publisher.close()
        await running
        await stage.dispose()
      },
    }
  }

  for (const { name, run } of sourceContract(make)) it(`RD-12 ${name}`, run)
})
