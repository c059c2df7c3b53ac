import { afterAll, afterEach, beforeAll } from 'vitest'

import { RedisServer } from './redis-server.js'
import { RedisStage } from './redis-stage.js'

/**
 * A server for all tests of a file or of a `describe`, and a stage on it, which is that of a new bot in each test.
 *
 * @param options of the server's command line, such as `--appendonly yes`
 */
export const redisOfTests = (
  ...options: readonly string[]
): { readonly server: RedisServer; readonly stage: RedisStage } => {
  const server = RedisServer.make(...options)
  const stage = new RedisStage(server)
  beforeAll(async () => server.start())
  afterEach(async () => stage.renew())
  afterAll(async () => {
    await stage.dispose()
    await server.dispose()
  })
  return { server, stage }
}
