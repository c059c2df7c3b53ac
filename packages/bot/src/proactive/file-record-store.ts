import { type FileHandle, open, readFile, rename, stat } from 'node:fs/promises'
import path from 'node:path'

import type { SessionSlot } from '@qqkit/core'
import { checkOptions } from '@qqkit/core/internal'
import { fileSessionStore } from '@qqkit/gateway'
import * as v from 'valibot'

import { ProactiveError } from './errors.js'
import { listRecords, type RecordStore } from './record-store.js'

/** Where {@link fileRecordStore} keeps records. */
export interface FileRecordStoreOptions {
  /** Name of a file, e.g. `'./places.jsonl'`. */
  readonly path: string
}

const PATH = 'must be the name of a file, e.g. "./places.jsonl"'
const schema = v.strictObject(
  { path: v.pipe(v.string(PATH), v.nonEmpty(PATH)) },
  ({ expected }: v.StrictObjectIssue) =>
    expected === 'never' ? 'there is no such option' : 'must be { path }',
)

/**
 * Keeps records in a file, so that they outlive a crash. A change adds a line; from time to time the whole file is replaced
 * atomically by one line for each record. A second process is refused.
 *
 * @example
 * const places = rememberPlaces(bot, { store: fileRecordStore({ path: './places.jsonl' }) })
 * @throws OptionsError
 */
export const fileRecordStore = <T>(options: FileRecordStoreOptions): RecordStore<T> => {
  checkOptions('fileRecordStore', schema, options)
  return new FileRecordStore<T>(path.resolve(options.path))
}

/** One line of the file: a key with its new value, or without one if it was removed. */
type Change<T> = readonly [key: string] | readonly [key: string, value: T]

const apply = <T>(records: Map<string, T>, [key, ...value]: Change<T>): void => {
  if (value.length === 0) records.delete(key)
  else records.set(key, value[0])
}

const lineOf = (change: Change<unknown>): string => `${JSON.stringify(change)}\n`

const readLine = <T>(line: string): Change<T> => {
  const change: unknown = JSON.parse(line)
  if (!Array.isArray(change) || typeof change[0] !== 'string' || change.length > 2)
    throw new SyntaxError('no change of a record')
  return change as unknown as Change<T>
}

const textOf = async (file: string): Promise<string> => {
  try {
    // To read a pipe would wait for its writer.
    if (!(await stat(file)).isFile()) throw new ProactiveError('record_file_foreign', file)
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

/** Lines after which the file is replaced: it stays within a few times the size of its records. */
const linesAllowed = (records: number): number => 1000 + 4 * records

/** An open file with its lock and what it holds. */
interface Opened<T> {
  readonly slot: SessionSlot
  readonly records: Map<string, T>
  handle: FileHandle
  lines: number
  /** Why it must not be written any more: another process has taken it over. */
  taken: Error | null
}

class FileRecordStore<T> implements RecordStore<T> {
  readonly #file: string
  #open: Promise<Opened<T>> | null = null
  /** Changes that wait for the next write, which takes all of them. */
  #waiting: Change<T>[] = []
  #next: Promise<void> | null = null
  #last: Promise<void> = Promise.resolve()

  constructor(file: string) {
    this.#file = file
  }

  async load(key: string): Promise<T | undefined> {
    const { records } = await this.#opened()
    return structuredClone(records.get(key))
  }

  async save(key: string, value: T): Promise<void> {
    return this.#change([key, structuredClone(value)])
  }

  async remove(key: string): Promise<void> {
    return this.#change([key])
  }

  async list(beginning: string): Promise<readonly T[]> {
    const { records } = await this.#opened()
    return listRecords(records, beginning)
  }

  async close(): Promise<void> {
    await (this.#next ?? this.#last).catch(() => {})
    await this.#release()
  }

  /** Resolves when the change is on the disk. Changes that come during a write are written together. */
  async #change(change: Change<T>): Promise<void> {
    this.#waiting.push(change)
    this.#next ??= this.#writeAfter(this.#last)
    return this.#next
  }

  async #writeAfter(last: Promise<void>): Promise<void> {
    await last.catch(() => {})
    const changes = this.#waiting
    this.#waiting = []
    this.#last = this.#write(changes)
    this.#next = null
    return this.#last
  }

  async #write(changes: readonly Change<T>[]): Promise<void> {
    const opened = await this.#opened()
    if (opened.taken) throw opened.taken
    try {
      await opened.handle.appendFile(changes.map(lineOf).join(''))
      await opened.handle.datasync()
      for (const change of changes) apply(opened.records, change)
      opened.lines += changes.length
      if (opened.lines > linesAllowed(opened.records.size)) await this.#replace(opened)
    } catch (error) {
      // The next use reads what has arrived of this write.
      await this.#release()
      throw error
    }
  }

  /** A crash at any moment leaves the old file or the new one. */
  async #replace(opened: Opened<T>): Promise<void> {
    const draft = `${this.#file}.tmp`
    const writing = await open(draft, 'w', 0o600)
    try {
      await writing.writeFile([...opened.records].map(lineOf).join(''))
      await writing.sync()
    } finally {
      await writing.close()
    }
    await opened.handle.close()
    await rename(draft, this.#file)
    opened.handle = await open(this.#file, 'a', 0o600)
    opened.lines = opened.records.size
  }

  async #release(): Promise<void> {
    const open = this.#open
    this.#open = null
    const opened = await open?.catch(() => null)
    await opened?.handle.close().catch(() => {})
    await opened?.slot.close()
  }

  async #opened(): Promise<Opened<T>> {
    this.#open ??= this.#load()
    // A file that could not be read now may be readable later.
    this.#open.catch(() => (this.#open = null))
    return this.#open
  }

  async #load(): Promise<Opened<T>> {
    // The store of sessions gives the lock, and refuses files that cannot be replaced.
    const store = fileSessionStore({ path: this.#file })
    const slot = await store.open({ appId: 'records', shard: { index: 0, total: 1 } })
    try {
      const text = await textOf(this.#file)
      // A crash can cut the last line off: that change was confirmed to no caller.
      const whole = text.slice(0, text.lastIndexOf('\n') + 1)
      const records = new Map<string, T>()
      const changes = this.#parse(whole)
      for (const change of changes) apply(records, change)
      const handle = await open(this.#file, 'a', 0o600)
      if (whole.length < text.length) await handle.truncate(Buffer.byteLength(whole))
      const opened: Opened<T> = { slot, records, handle, lines: changes.length, taken: null }
      void slot.taken?.then((error) => (opened.taken = error))
      return opened
    } catch (error) {
      await slot.close()
      throw error
    }
  }

  #parse(text: string): readonly Change<T>[] {
    try {
      return text
        .split('\n')
        .slice(0, -1)
        .map((line) => readLine<T>(line))
    } catch (error) {
      throw new ProactiveError('record_file_foreign', this.#file, error)
    }
  }
}
