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
 * The first words on every link: only a primary that has loaded its data is used. One that was started since anybody of this
 * bot looked rewrites its append-only file before it gets more: where the file was cut inside of a transaction, what is
 * written next would be read as a part of it at the start after. The first that sees another server, another start or a promotion
 * writes down when: what was confirmed before may be lost.
 *
 * @param meta the key of the facts that the processes of a bot share
 * @param again whether this process has greeted before: a server without facts has lost them since
 * @returns ms since a server that had events of this bot took the place of another, or was started or promoted again; `Infinity` where
 *   that never was
 * @throws RedisError
 */
export const greet = async (send: SendCommand, meta: string, again: boolean): Promise<number> => {
  const info = parseInfo(await send(['INFO']))
  if (info.get('loading') === '1') throw new RedisError('redis_unavailable', 'it is loading its data')
  if (info.get('role') !== 'master') throw new RedisError('redis_replica')
  const runId = info.get('run_id') ?? ''
  // A start makes another one, and so does a promotion.
  const history = info.get('master_replid') ?? ''
  const known = (await send(['HMGET', meta, 'run_id', 'history', 'since'])) as readonly (string | null)[]
  const [knownRun = null, knownHistory = null, since = null] = known
  const [seconds, micros] = (await send(['TIME'])) as readonly [string, string]
  const now = Number(seconds) * 1000 + Math.floor(Number(micros) / 1000)
  if (knownRun === runId && knownHistory === history)
    return since === null || since === '' ? Infinity : Math.max(0, now - Number(since))
  const isFirst = knownRun === null && !again
  if (knownRun !== runId && info.get('aof_enabled') === '1') await rewriteLog(send)
  await send(['HSET', meta, 'run_id', runId, 'history', history, 'since', isFirst ? '' : String(now)])
  return isFirst ? Infinity : 0
}

const rewriteLog = async (send: SendCommand): Promise<void> => {
  try {
    await send(['BGREWRITEAOF'])
  } catch (error) {
    // It may be forbidden, or in progress.
    if (!RedisError.is(error) || error.code !== 'redis_refused') throw error
  }
}
