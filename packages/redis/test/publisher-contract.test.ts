import { publisherContract, type PublisherSubject } from '@qqkit/core/testing'
import { describe, it } from 'vitest'

import { CuttablePort } from './support/cuttable-port.js'
import { message } from './support/hand-source.js'
import { ports } from './support/port-of.js'
import { redisOfTests } from './support/redis-of-tests.js'

describe('the publisher of redis.publish()', () => {
  const { server, stage } = redisOfTests()

  const make = (): PublisherSubject => {
    const way = new CuttablePort(ports.ioredis(server.socket))
    return {
      publish: (source) => stage.process({ client: way }).publish(source),
      work: () => stage.process().source(),
      message,
      away: async () => way.cut(),
      back: async () => way.open(),
      pass: stage.pass,
      dispose: async () => {},
    }
  }

  for (const { name, run } of publisherContract(make)) it(name, run)
})
