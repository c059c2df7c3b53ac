import { open, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, parse, resolve } from 'node:path'

import {
  type AccessFault,
  type Clock,
  OptionsError,
  QqkitError,
  SessionBusyError,
  type SessionKey,
  type SessionSlot,
  type SessionStore,
  systemClock,
} from '@qqkit/core'
import { checkOptions } from '@qqkit/core/internal'
import * as v from 'valibot'

import { makeFolder, onDisk } from './disk.js'
import { FileLock, filesIn, type Holder, type Watched } from './file-lock.js'
import { ownIdentity } from './process-identity.js'

/**
 * Where sessions are kept: in one file, or in a folder with one file per bot and shard. Several shards with one `path` get a
 * file each beside it. Missing folders are created.
 */
export type FileSessionStoreOptions = (
  | { readonly path: string; readonly directory?: never }
  | { readonly directory: string; readonly path?: never }
) & {
  /** Default: the clock of this process. */
  readonly clock?: Clock
}

const UNKNOWN = 'is not an option; known are path, directory and clock'
const fileName = (hint: string): v.GenericSchema<string> =>
  v.custom<string>((value) => typeof value === 'string' && value !== '', hint)

const schema = v.strictObject(
  {
    path: v.optional(fileName('the name of a file, e.g. "./session.json"')),
    directory: v.optional(fileName('the name of a folder, e.g. "./sessions"')),
    clock: v.optional(v.custom<Clock>((value) => typeof value === 'object' && value !== null, 'a Clock')),
  },
  (issue) => (issue.expected === 'never' ? UNKNOWN : 'an object of options: { path } or { directory }'),
)

/**
 * Keeps sessions in files, so that the next process resumes where this one stopped, even after a crash. Every write
 * replaces the whole file atomically. A second process is refused; the lock of a process that died is taken over.
 *
 * @example
 * const store = fileSessionStore({ path: './session.json' })
 * const gateway = new Gateway({ access, intents, appId, store })
 * process.once('SIGTERM', () => void gateway.close({ resumable: true }))
 *
 * @throws OptionsError when not exactly one of `path` and `directory` is given
 */
export const fileSessionStore = (options: FileSessionStoreOptions): SessionStore => {
  const { path, directory, clock } = checkOptions('fileSessionStore', schema, options)
  if ((path === undefined) === (directory === undefined))
    throw new OptionsError({
      subject: 'fileSessionStore',
      path: '',
      received: 'an object',
      hint: 'either path (a file) or directory (a folder), not both',
    })
  // Resolved now, since the working directory may change.
  const files =
    directory === undefined ? besidePath(resolve(path as string)) : insideFolder(resolve(directory))
  return new FileSessionStore(files, clock ?? systemClock)
}

/** The names of the files of a store. */
interface Files {
  of(key: SessionKey): string
  /** The file that the shards of a bot share. */
  common(appId: string): string
  /** Whether a name is that of a file for a shard of the same bot. */
  isSibling(name: string, appId: string): boolean
}

const insideFolder = (folder: string): Files =>
  filesNamed(folder, (appId) => appId.replaceAll(/[^\w-]/g, '_'), '.json', null)

const besidePath = (path: string): Files => {
  const { dir, name, ext, base } = parse(path)
  return filesNamed(dir, () => name, ext, base)
}

/** @param single the file of a bot with one shard, where it has a name of its own */
const filesNamed = (
  folder: string,
  stemOf: (appId: string) => string,
  ext: string,
  single: string | null,
): Files => ({
  common: (appId) => join(folder, `${stemOf(appId)}.common${ext}`),
  of: ({ appId, shard: { index, total } }) =>
    join(folder, total === 1 && single !== null ? single : `${stemOf(appId)}.${index}-of-${total}${ext}`),
  isSibling: (name, appId) => {
    const start = `${stemOf(appId)}.`
    return (
      name === single ||
      (name.startsWith(start) &&
        name.endsWith(ext) &&
        /^\d+-of-\d+$/.test(name.slice(start.length, name.length - ext.length)))
    )
  },
})

const nameOf = ({ pid, lockFile }: Holder): string =>
  `${pid === null ? 'a process on another machine or in another container' : `process ${pid}`} (lock file ${lockFile})`

class FileSessionStore implements SessionStore {
  readonly durable = true
  readonly #files: Files
  readonly #clock: Clock
  readonly #watched: Watched = new Map()

  constructor(files: Files, clock: Clock) {
    this.#files = files
    this.#clock = clock
  }

  async open(key: SessionKey): Promise<SessionSlot> {
    const file = this.#files.of(key)
    const busy = (holder: string): SessionBusyError => new SessionBusyError({ key, place: file, holder })
    const take = async (): Promise<FileLock> => {
      await onDisk(async () => makeFolder(dirname(file)))
      const lock = await this.#take(file)
      if (lock instanceof FileLock) return lock
      throw busy(nameOf(lock))
    }
    if (await onDisk(async () => isMountPoint(file))) throw new MountedFileError(file)
    let lock: FileLock | null = null
    try {
      lock = await take()
    } catch (error) {
      if (QqkitError.is(error)) throw error
      // A disk that is full or read-only can still be read; the lock is taken with the first write.
      const holder = await this.#look(file).catch(() => {
        throw error
      })
      if (holder) throw busy(nameOf(holder))
    }
    const taken = (): SessionBusyError =>
      busy('another process, which took it over while this one did not respond')
    return new FileSlot(file, { lock, take, taken })
  }

  async leftOver(key: SessionKey): Promise<readonly string[]> {
    const { appId, shard } = key
    const folder = dirname(this.#files.of(key))
    const own = new Set(
      Array.from({ length: shard.total }, (_, index) =>
        basename(this.#files.of({ appId, shard: { index, total: shard.total } })),
      ),
    )
    const names = await onDisk(async () => filesIn(folder))
    const texts: string[] = []
    for (const name of names) {
      if (own.has(name) || !this.#files.isSibling(name, appId)) continue
      const text = await this.#takeOut(join(folder, name))
      if (text !== null) texts.push(text)
    }
    return texts
  }

  common(appId: string): Pick<SessionSlot, 'load' | 'save'> {
    const file = this.#files.common(appId)
    return {
      load: async () => onDisk(async () => readText(file)),
      save: async (text) =>
        onDisk(async () => {
          await makeFolder(dirname(file))
          // Includes the process id, since other processes of the bot may write at the same time.
          await replace(file, `${file}.${process.pid}.tmp`, text)
        }),
    }
  }

  async #take(file: string): Promise<FileLock | Holder> {
    return FileLock.take(file, ownIdentity(), this.#clock, this.#watched)
  }

  async #look(file: string): Promise<Holder | null> {
    return FileLock.look(file, ownIdentity(), this.#clock, this.#watched)
  }

  /** Reads an unused file and removes it, unless the disk is read-only. */
  async #takeOut(file: string): Promise<string | null> {
    const lock = await this.#take(file).catch(async () => this.#look(file))
    if (lock === null) return onDisk(async () => readText(file))
    if (!(lock instanceof FileLock)) return null
    const text = await onDisk(async () => readText(file))
    await onDisk(async () => rm(file, { force: true }))
    await lock.release()
    return text
  }
}

/** Bytes; a larger file was not written by this store, and is not read. */
const LARGEST = 16 * 1024 * 1024

const codeOf = (error: unknown): unknown => (error as NodeJS.ErrnoException).code

/** The text of a file; `null` when there is none. */
const readText = async (file: string): Promise<string | null> => {
  try {
    const found = await stat(file)
    // To read a pipe would wait for its writer, and hold the disk of all stores.
    if (!found.isFile()) throw new Error(`${file} is not a file`)
    return found.size > LARGEST ? '' : await readFile(file, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}

/** Replaces the whole text of a file, through a draft beside it. */
const replace = async (file: string, draft: string, text: string): Promise<void> => {
  try {
    await writeFile(draft, text, { mode: 0o600, flush: true })
    await rename(draft, file)
  } catch (error) {
    // On a full disk the draft would take the last free space.
    await rm(draft, { force: true }).catch(() => {})
    throw codeOf(error) === 'EBUSY' ? new MountedFileError(file, error) : error
  }
}

/** Dependencies of a {@link FileSlot}. */
interface FileSlotDeps {
  /** `null` while the disk cannot be written. */
  readonly lock: FileLock | null
  /** @throws SessionBusyError when another process has it, or the error of the disk */
  readonly take: () => Promise<FileLock>
  /** The error for a lock that another process has taken over. */
  readonly taken: () => SessionBusyError
}

/** One session in one file. A crash at any moment leaves the old text or the new one, never a mixture. */
class FileSlot implements SessionSlot {
  readonly taken: Promise<SessionBusyError>
  readonly #file: string
  readonly #deps: FileSlotDeps
  readonly #tell: (error: SessionBusyError) => void
  #lock: FileLock | null = null
  #writing: Promise<void> = Promise.resolve()
  #closed: Promise<void> | null = null

  constructor(file: string, deps: FileSlotDeps) {
    this.#file = file
    this.#deps = deps
    let tell: (error: SessionBusyError) => void = () => {}
    this.taken = new Promise((resolve) => (tell = resolve))
    this.#tell = tell
    if (deps.lock) this.#hold(deps.lock)
  }

  async load(): Promise<string | null> {
    return onDisk(async () => readText(this.#file))
  }

  async save(text: string): Promise<void> {
    return this.#exclusively(async (lock) => {
      if (!(await lock.isHeld())) throw this.#deps.taken()
      // The lock makes this name exclusive; a draft left by a crash is overwritten.
      await replace(this.#file, `${this.#file}.tmp`, text)
      await this.#syncFolder()
    })
  }

  async clear(): Promise<void> {
    return this.#exclusively(async (lock) => {
      if (await lock.isHeld()) await rm(this.#file, { force: true })
    })
  }

  async close(): Promise<void> {
    // After the last write: it must not overwrite the next owner's file.
    return (this.#closed ??= this.#writing.then(async () => this.#lock?.release()))
  }

  async #exclusively(work: (lock: FileLock) => Promise<void>): Promise<void> {
    if (this.#closed) throw new Error('the session store is closed')
    // One at a time: a cleared session must not come back.
    const writing = this.#writing.then(async () => {
      const lock = this.#lock ?? (await this.#take())
      await onDisk(async () => work(lock))
    })
    this.#writing = writing.catch(() => {})
    return writing
  }

  async #take(): Promise<FileLock> {
    try {
      return this.#hold(await this.#deps.take())
    } catch (error) {
      if (QqkitError.is(error)) this.#tell(error as SessionBusyError)
      throw error
    }
  }

  #hold(lock: FileLock): FileLock {
    this.#lock = lock
    void lock.taken.then(() => this.#tell(this.#deps.taken()))
    return lock
  }

  /** Makes the rename survive a power cut, where the system supports that. */
  async #syncFolder(): Promise<void> {
    try {
      const handle = await open(dirname(this.#file), 'r')
      try {
        await handle.sync()
      } finally {
        await handle.close()
      }
    } catch {
      // Windows does not support it; the file itself is safe.
    }
  }
}

/** Mount points of this process as Linux lists them, with spaces and the like in octal. */
export const mountPointsIn = (mountinfo: string): readonly string[] =>
  mountinfo.split('\n').flatMap((line) => {
    const point = line.split(' ')[4]
    return point === undefined
      ? []
      : [
          point.replaceAll(/\\([0-7]{3})/g, (_, code: string) =>
            String.fromCharCode(Number.parseInt(code, 8)),
          ),
        ]
  })

/** Whether a single file is mounted (`-v ./session.json:/app/session.json`): it can be written to, but not replaced. */
export const isMountPoint = async (file: string): Promise<boolean> => {
  try {
    const path = await realpath(file)
    return mountPointsIn(await readFile('/proc/self/mountinfo', 'utf8')).includes(path)
  } catch {
    // The file does not exist yet, or the system does not list mount points.
    return false
  }
}

/** A single file was mounted into the container: it cannot be replaced atomically, and other processes do not see its lock. */
export class MountedFileError extends QqkitError implements AccessFault {
  readonly access = 'fatal'

  constructor(file: string, cause?: unknown) {
    super({
      code: 'store_unusable',
      message: `the session file ${file} is a mount point`,
      advice: {
        en: 'Mount the folder instead of the file, e.g. -v ./data:/app/data, and give fileSessionStore a path in it. A mounted file can neither be replaced atomically nor locked against a second process.',
        zh: '请挂载目录而不是单个文件，例如 -v ./data:/app/data，并让 fileSessionStore 使用其中的路径。单独挂载的文件既无法安全替换，也无法防止第二个进程同时使用。',
      },
      cause,
    })
  }
}
