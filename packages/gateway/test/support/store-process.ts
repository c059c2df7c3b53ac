import { once } from 'node:events'
import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'

import { QqkitError, systemClock } from '@qqkit/core'
import { ManualClock } from '@qqkit/core/testing'

import { fileSessionStore } from '../../src/session/file-store.js'
import { SessionPersistence } from '../../src/session/persistence.js'

/** A process of its own that uses a file session store: `store-process.ts MODE FILE`. Tells what it does, a line each. */

const [mode, path = ''] = process.argv.slice(2)
const store = fileSessionStore({ path })
const shard = { index: 0, total: 1 }

const tell = (line: unknown): void => {
  process.stdout.write(`${String(line)}\n`)
}

/** Writes as fast as it can, for ever; tells each number once it is stored. */
const hammer = async (): Promise<void> => {
  const slot = await store.open({ appId: 'a', shard })
  tell('open')
  for (let count = 1; ; count += 1) {
    await slot.save(JSON.stringify({ count, end: 'x'.repeat(20_000) }))
    tell(count)
  }
}

/** Holds the place until its input ends. */
const hold = async (): Promise<void> => {
  const slot = await store.open({ appId: 'a', shard })
  tell('open')
  await once(process.stdin.resume(), 'end')
  await slot.close()
}

/** Goes through the life of a session the way the gateway does, and tells the records. */
const keep = async (): Promise<void> => {
  const persistence = await SessionPersistence.open(
    { store, identity: { appId: 'a', shard, host: 'gateway.example', intents: 1 }, clock: systemClock },
    {
      onRecord: ({ event, error }) => tell(`${event} ${(error as NodeJS.ErrnoException).code}`),
      snapshot: () => ({ text: 'text', revision: 1 }),
      onStored: () => {},
      onStoreFailed: () => {},
      onTaken: () => {},
    },
  )
  persistence.mark(1, false)
  await persistence.landed(1000)
  await persistence.close({ keep: true, within: 1000 })
  tell('over')
}

/** Four shards on a disk that hangs: tells how many file calls were under way at once. */
const hang = async (): Promise<void> => {
  const clock = new ManualClock()
  const stuck = fileSessionStore({ path, clock })
  const keys = [0, 1, 2, 3].map((index) => ({ appId: 'a', shard: { index, total: 4 } }))
  const slots = await Promise.all(keys.map(async (key) => stuck.open(key)))
  let underWay = 0
  const hanging = async (): Promise<never> => {
    underWay += 1
    return new Promise(() => {})
  }
  for (const name of ['open', 'utimes', 'stat', 'writeFile', 'readFile', 'rm', 'rename', 'readdir'] as const)
    Object.assign(fs, { [name]: hanging })
  syncBuiltinESMExports()
  for (const slot of slots) void slot.save('text')
  await clock.advance(120_000)
  void stuck.open({ appId: 'a', shard: { index: 0, total: 9 } })
  await clock.advance(120_000)
  tell(underWay)
}

/** A disk that was full before the process began: tells what was found, what is wrong, and what is once there is room. */
const full = async (): Promise<void> => {
  const { writeFile, truncate, open } = fs
  const refuse = async (): Promise<never> => {
    throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
  }
  const reads = async (file: string, flags: string) => (flags === 'r' ? open(file, flags) : refuse())
  Object.assign(fs, { writeFile: refuse, truncate: refuse, open: reads })
  syncBuiltinESMExports()
  const clock = new ManualClock()
  const persistence = await SessionPersistence.open(
    {
      store: fileSessionStore({ path, clock }),
      identity: { appId: 'a', shard, host: 'gateway.example', intents: 1 },
      clock,
    },
    {
      onRecord: ({ event }) => tell(event),
      snapshot: () => ({ text: 'text', revision: 1 }),
      onStored: () => {},
      onStoreFailed: () => {},
      onTaken: () => {},
    },
  )
  tell(persistence.found.kind === 'session' ? persistence.found.checkpoint.committed : persistence.found.kind)
  persistence.mark(1, false)
  await persistence.landed(1000)
  tell(persistence.problem)
  Object.assign(fs, { writeFile, truncate, open })
  syncBuiltinESMExports()
  await clock.advance(5000)
  while (persistence.problem !== null) await new Promise<void>((resolve) => void setImmediate(resolve))
  await persistence.close({ keep: true, within: 1000 })
}

const modes = { hammer, hold, keep, hang, full }
await modes[mode as keyof typeof modes]().catch((error: unknown) =>
  tell(QqkitError.is(error) ? `${error.code}: ${error.message}` : error),
)
