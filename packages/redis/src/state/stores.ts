import type { MediaCache } from '@qqkit/core'

import type { SendCommand } from '../port/connection.js'

/** Uploaded files by key. While the server is away, files are uploaded again. */
export const mediaCache = (send: SendCommand, prefix: string): MediaCache => ({
  get: async (key) => (await send(['GET', prefix + key])) as string | null,
  set: async (key, text, lifetime) => {
    const expiry = lifetime === null ? [] : ['PX', String(Math.max(1, Math.ceil(lifetime)))]
    await send(['SET', prefix + key, text, ...expiry])
  },
})

/** Values by key: a store for `session`, `history`, `throttle` and daily quotas. */
export interface RedisStates<T> {
  /** The last value; `undefined` if there is none. */
  load(key: string): Promise<T | undefined>
  save(key: string, value: T): Promise<void>
  remove(key: string): Promise<void>
}

/** Options of a store of values. */
export interface RedisStatesOptions {
  /** ms after its last save in which a value is forgotten; default never. */
  readonly ttl?: number
}

/** Values as JSON. While the server is away, every method rejects, and the handler that needs it fails. */
export const states = <T>(
  send: SendCommand,
  prefix: string,
  { ttl }: RedisStatesOptions,
): RedisStates<T> => ({
  load: async (key) => {
    const text = (await send(['GET', prefix + key])) as string | null
    return text === null ? undefined : (JSON.parse(text) as T)
  },
  save: async (key, value) => {
    await send([
      'SET',
      prefix + key,
      JSON.stringify(value),
      ...(ttl === undefined ? [] : ['PX', String(ttl)]),
    ])
  },
  remove: async (key) => {
    await send(['DEL', prefix + key])
  },
})
