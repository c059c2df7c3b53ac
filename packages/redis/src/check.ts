import type { Clock } from '@qqkit/core'
import { messageOf } from '@qqkit/core/internal'

import { findingsOf, type RedisFinding } from './decisions/findings.js'
import type { SendCommand } from './port/connection.js'
import { parseInfo } from './port/greeting.js'

/** How often the way to the server is measured; the middle one counts. */
const PINGS = 5

/** Looks at a server. @throws RedisError if it cannot be asked */
export const checkServer = async (
  send: SendCommand,
  { clock, backlog }: { readonly clock: Clock; readonly backlog: number },
): Promise<readonly RedisFinding[]> => {
  const info = parseInfo(await send(['INFO']))
  const times: number[] = []
  for (let turn = 0; turn < PINGS; turn += 1) {
    const before = clock.now()
    await send(['PING'])
    times.push(clock.now() - before)
  }
  const [seconds] = (await send(['TIME'])) as readonly [string]
  return findingsOf({
    info,
    backlog,
    loadTruncated: await setting(send, 'aof-load-truncated'),
    scripts: await send(['EVAL', "return redis.call('PING')", '0']).then(() => null, messageOf),
    roundTrip: times.toSorted((one, other) => one - other)[Math.floor(PINGS / 2)]!,
    skew: Number(seconds) * 1000 - clock.wall(),
  })
}

/** A setting; `null` where it may not be asked for. */
const setting = async (send: SendCommand, name: string): Promise<string | null> => {
  try {
    const [, value] = (await send(['CONFIG', 'GET', name])) as readonly string[]
    return value ?? null
  } catch {
    return null
  }
}
