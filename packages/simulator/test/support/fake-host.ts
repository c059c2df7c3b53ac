import type { FaultSpec, SocketAction } from '../../src/core/kernel/faults.js'
import type { LogEntry, LogEntryBody } from '../../src/core/kernel/log-entry.js'
import { typeOfBytes } from '../../src/core/rules/file-types.js'
import type { LiveSettings } from '../../src/core/rules/live-settings.js'
import { liveDefaults } from '../../src/core/rules/live-switches.js'
import type { PageHost } from '../../src/page/contract/page-host.js'

/** A fake simulator: the test adds its log entries, and calls of the page are recorded. */
export interface FakeHost extends PageHost {
  /** Adds an entry to the log and calls its listeners. */
  record(body: LogEntryBody): void
  readonly calls: readonly unknown[]
  readonly followers: number
}

export const createFakeHost = (): FakeHost => {
  const entries: LogEntry[] = []
  const listeners = new Set<(entry: LogEntry) => void>()
  const calls: unknown[] = []
  const contents = new Map<string, Uint8Array>()
  const armed = new Map<string, FaultSpec>()
  let switches: LiveSettings = liveDefaults
  let time = Date.UTC(2026, 8, 1, 1, 8, 6)
  return {
    bot: {
      appId: '102000001',
      name: 'simulated-bot',
      secret: 'test-secret',
      baseUrl: 'http://127.0.0.1:1',
      tokenUrl: 'http://127.0.0.1:1/t',
    },
    routes: ['token', 'c2c.send'],
    now: () => time,
    log: () => entries,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    bots: () => [{ appId: '102000001', name: 'simulated-bot' }],
    nameOf: () => null,
    place: () => ({ present: true, accepts: true, hearsAll: false, menu: [], panel: [] }),
    say: ({ room, person }, text, options) => calls.push(['say', room.id, person, text, options]),
    press: ({ room, person }, ...pressed) => calls.push(['press', room.id, person, ...pressed]),
    recall: ({ room, person }, message) => calls.push(['recall', room.id, person, message]),
    react: ({ room, person }, ...reacted) => calls.push(['react', room.id, person, ...reacted]),
    act: ({ room, person }, what) => calls.push(['act', room.id, person, what]),
    choose: ({ room, person }, item) => calls.push(['choose', room.id, person, item]),
    attach: (bytes, init) => {
      contents.set(String(contents.size + 1), bytes)
      return { url: `http://127.0.0.1:1/_cos/${contents.size}`, content_type: 'file', filename: init.name }
    },
    content: (key) => {
      const bytes = contents.get(key)
      return bytes ? { type: typeOfBytes(bytes), bytes } : null
    },
    faults: () =>
      [...armed].map(([id, spec]) => ({
        id,
        spec,
        left: spec.times === 'forever' ? Number.POSITIVE_INFINITY : (spec.times ?? 1),
      })),
    addFault: (spec) => {
      armed.set(spec.id ?? `fault-${armed.size}`, spec)
    },
    strike: (action: SocketAction, connection) => calls.push(['strike', action, connection]),
    clearFault: (id) => {
      if (id === null) armed.clear()
      else armed.delete(id)
    },
    live: {
      set: (name, value) => {
        switches = { ...switches, [name]: value }
      },
      all: () => switches,
      reset: () => {
        switches = liveDefaults
      },
      atStart: () => liveDefaults,
    },
    incidents: [{ name: 'an-incident', story: 'It happened.', source: '§8', length: 1000 }],
    play: (scenario) => calls.push(['play', scenario]),
    playing: () => [],
    control: (id, to) => {
      calls.push(['control', id, to])
      return id === 1
    },
    advance: null,
    record: (body) => {
      time += 1000
      const entry = { n: entries.length + 1, at: time, ...body } as LogEntry
      entries.push(entry)
      for (const listener of listeners) listener(entry)
    },
    calls,
    get followers() {
      return listeners.size
    },
  }
}
