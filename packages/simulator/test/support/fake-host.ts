import type { FaultSpec, SocketAction } from '../../src/core/kernel/faults.js'
import type { LogEntry, LogEntryBody } from '../../src/core/kernel/log-entry.js'
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
  const armed = new Map<string, FaultSpec>()
  let switches: LiveSettings = liveDefaults
  let time = Date.UTC(2026, 8, 1, 1, 8, 6)
  return {
    bot: {
      appId: '102000001',
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
    say: (...said) => calls.push(['say', ...said]),
    press: (...pressed) => {
      calls.push(['press', ...pressed])
      return 'interaction-1'
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
