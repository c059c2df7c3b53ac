import type { SendCommand } from '../port/connection.js'
import { CLOCK, EXPIRE, script, type Script } from '../queue/scripts.js'
import type { ServerTime } from '../queue/server-time.js'

/** The settlements of other workers, of which the server may have lost the record. */
export interface SettledElsewhere {
  tell(keys: readonly string[]): Promise<void>
  /** Which of these were settled. */
  ask(keys: readonly string[]): Promise<ReadonlySet<string>>
}

/** ms for which the server remembers what workers told. */
const KEEP = 600_000

/** Keys of one command. */
const BATCH = 1000

/** Remembers keys, and forgets those that are as old as `KEEP`. KEYS: clock told. ARGV: clock, then the keys. */
export const tellScript: Script = script(`
local call = redis.call
local told = KEYS[2]
call('ZREM', told, '')
${CLOCK}
${EXPIRE}
call('ZREMRANGEBYSCORE', told, '-inf', string.format('%.0f', now - ${KEEP}))
for first = 2, #ARGV, 500 do
  local list = {}
  for i = first, math.min(first + 499, #ARGV) do
    list[#list + 1] = string.format('%.0f', now)
    list[#list + 1] = ARGV[i]
  end
  call('ZADD', told, unpack(list))
end
forget(told, ${KEEP})
return {time}
`)

/** The settlements that workers tell after a reconnect. */
export const settledElsewhere = (send: SendCommand, key: string, time: ServerTime): SettledElsewhere => ({
  tell: async (keys) => {
    for (let at = 0; at < keys.length; at += BATCH)
      await time.run(send, tellScript, [key], keys.slice(at, at + BATCH))
  },
  ask: async (keys) => {
    const known = (await send(['ZMSCORE', key, ...keys])) as readonly unknown[]
    return new Set(keys.filter((_, index) => known[index] !== null))
  },
})
