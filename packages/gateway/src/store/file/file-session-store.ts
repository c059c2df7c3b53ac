import { mkdir } from 'node:fs/promises'
import { dirname, join, parse, resolve } from 'node:path'

import {
  checkOptions,
  SessionBusyError,
  systemClock,
  type Clock,
  type SessionKey,
  type SessionSlot,
  type SessionStore,
} from '@qqkit/core'
import * as v from 'valibot'

import { FileLock } from './file-lock.js'
import { FileSlot } from './file-slot.js'
import { ownIdentity } from './process-identity.js'

/**
 * Where sessions are kept: in one file, or in a folder with one file per bot and shard. Shards of one `path` get files
 * beside each other. Folders are made when they are missing.
 */
export type FileSessionStoreOptions = (
  | { readonly path: string; readonly directory?: never }
  | { readonly directory: string; readonly path?: never }
) & {
  /** Default: the clock of this process. */
  readonly clock?: Clock
}

const UNKNOWN = 'is not an option; known are path, directory and clock'
const fileName = (hint: string): v.GenericSchema<string> => v.pipe(v.string(hint), v.nonEmpty(hint))

const schema = v.pipe(
  v.strictObject(
    {
      path: v.optional(fileName('the name of a file, e.g. "./session.json"')),
      directory: v.optional(fileName('the name of a folder, e.g. "./sessions"')),
      clock: v.optional(v.custom<Clock>((value) => typeof value === 'object' && value !== null, 'a Clock')),
    },
    (issue) => (issue.expected === 'never' ? UNKNOWN : 'an object of options: { path } or { directory }'),
  ),
  v.check(
    ({ path, directory }) => (path === undefined) !== (directory === undefined),
    'either path (a file) or directory (a folder), not both',
  ),
)

/**
 * Keeps sessions in files, so that the next process resumes where this one stopped, even after a crash. Every write
 * replaces the whole file at once. A second process is refused; the lock of a process that died is taken over.
 *
 * @throws OptionsError when not exactly one of `path` and `directory` is given
 */
export const fileSessionStore = (options: FileSessionStoreOptions): SessionStore => {
  const { path, directory, clock } = checkOptions('fileSessionStore', schema, options)
  // Resolved now: what the process calls its folder may change later.
  const fileOf = directory === undefined ? besides(resolve(path as string)) : inside(resolve(directory))
  return new FileSessionStore(fileOf, clock ?? systemClock)
}

type FileOf = (key: SessionKey) => string

const inside =
  (folder: string): FileOf =>
  ({ appId, shard }) =>
    join(folder, `${appId.replaceAll(/[^\w-]/g, '_')}.${shard.index}-of-${shard.total}.json`)

const besides = (path: string): FileOf => {
  const { dir, name, ext } = parse(path)
  return ({ shard: { index, total } }) =>
    total === 1 ? path : join(dir, `${name}.${index}-of-${total}${ext}`)
}

class FileSessionStore implements SessionStore {
  readonly durable = true
  readonly #fileOf: FileOf
  readonly #clock: Clock

  constructor(fileOf: FileOf, clock: Clock) {
    this.#fileOf = fileOf
    this.#clock = clock
  }

  async open(key: SessionKey): Promise<SessionSlot> {
    const file = this.#fileOf(key)
    await mkdir(dirname(file), { recursive: true })
    const lock = await FileLock.take(file, ownIdentity(), this.#clock)
    if (lock instanceof FileLock) return new FileSlot(file, lock)
    const who = lock.pid === null ? 'a process on another machine' : `process ${lock.pid}`
    throw new SessionBusyError({ key, place: file, holder: `${who} (lock file ${lock.lockFile})` })
  }
}
