import { RedisError } from './errors.js'
import type { SendCommand } from './connection.js'

/** The lines of `INFO`, by name. */
export const parseInfo = (reply: unknown): ReadonlyMap<string, string> =>
  new Map(
    String(reply)
      .split('\r\n')
      .flatMap((line) => {
        const at = line.indexOf(':')
        return at > 0 ? [[line.slice(0, at), line.slice(at + 1)] as const] : []
      }),
  )

/**
 * The first words on every link: only a primary that has loaded its data is used. A server that was started since anybody of this
 * bot looked rewrites its append-only file before it gets more: where the file was cut inside of a transaction, what is
 * written next would be read as a part of it at the start after.
 *
 * @param meta the key of the facts that the processes of a bot share
 * @returns ms for which a server runs that had events of this bot before, and may have lost the last ones; `Infinity` for any other
 * @throws RedisError
 */
export const greet = async (send: SendCommand, meta: string): Promise<number> => {
  const info = parseInfo(await send(['INFO']))
  if (info.get('loading') === '1') throw new RedisError('redis_unavailable', 'it is loading its data')
  if (info.get('role') !== 'master') throw new RedisError('redis_replica')
  const runId = info.get('run_id') ?? ''
  const [known, again] = (await send(['HMGET', meta, 'run_id', 'again'])) as readonly (string | null)[]
  const isAgain = known === runId ? again === '1' : known !== null
  const uptime = isAgain ? Number(info.get('uptime_in_seconds') ?? Infinity) * 1000 : Infinity
  if (known === runId) return uptime
  if (info.get('aof_enabled') === '1') await rewriteLog(send)
  await send(['HSET', meta, 'run_id', runId, 'again', isAgain ? '1' : '0'])
  return uptime
}

const rewriteLog = async (send: SendCommand): Promise<void> => {
  try {
    await send(['BGREWRITEAOF'])
  } catch (error) {
    // It may be forbidden, or in progress.
    if (!RedisError.is(error) || error.code !== 'redis_refused') throw error
  }
}
