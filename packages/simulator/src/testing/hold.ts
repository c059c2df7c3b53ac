/** The process of a test ends also when the test forgets to close its desk. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import process from 'node:process'

import type { Simulator } from '../simulator.js'
import { type EverySecond, everySecond } from './real-time.js'
import { isAwaited } from './waiting.js'

const ports = new Set<number>()

const socketOf = (message: unknown): Socket => (message as { readonly socket: Socket }).socket

const onClient = (message: unknown): void => {
  const socket = socketOf(message)
  socket.once('connect', () => {
    if (ports.has(socket.remotePort ?? 0)) socket.unref()
  })
}

const onServer = (message: unknown): void => {
  const socket = socketOf(message)
  if (ports.has(socket.localPort ?? 0)) socket.unref()
}

/** Connections to a port of this process, at both of their ends, no longer keep it alive, until the returned function is called. */
export const loosen = (port: number): (() => void) => {
  if (ports.size === 0) {
    subscribe('net.client.socket', onClient)
    subscribe('net.server.socket', onServer)
  }
  ports.add(port)
  return () => {
    if (!ports.delete(port) || ports.size > 0) return
    unsubscribe('net.client.socket', onClient)
    unsubscribe('net.server.socket', onServer)
  }
}

/** What a desk is to its hold. */
export interface Held {
  readonly sim: Simulator
  /** Whether something happens in it without an entry in the log, e.g. in a handler. */
  readonly isBusy: () => boolean
  readonly close: () => Promise<void>
}

/** Seconds without use after which the process no longer waits for a desk. */
const LOOSE_AFTER = 3

/** Seconds without use after which a desk is closed, since something else keeps the process. */
const CLOSE_AFTER = 60

const ADVICE =
  'Close a desk when its test is over: t.after(() => desk.close()) with node:test, onTestFinished(() => desk.close()) with vitest, or `await using desk = await startDesk(…)`.'

const warn = (left: string): void => process.emitWarning(left, { code: 'QQKIT_DESK_OPEN', detail: ADVICE })

/** How to end each desk that is open. */
const open = new Set<() => void>()

/** Nothing else is left to do in the process. */
const onEnd = (): void => {
  const left = [...open]
  warn(`desks that were not closed: ${left.length}; the end of the process waited ${LOOSE_AFTER} s for them`)
  for (const end of left) end()
}

/** Keeps the process alive while a desk is in use, until the returned function is called. */
export const hold = (
  { sim, isBusy, close }: Held,
  every: (fn: () => void) => EverySecond = everySecond,
): (() => void) => {
  let idle = 0
  const use = (): void => {
    idle = 0
    watch.keep(true)
  }
  const end = (): void => {
    release()
    close().catch(() => {})
  }
  const watch = every(() => {
    if (isAwaited(sim)) return use()
    idle += 1
    watch.keep(idle < LOOSE_AFTER || isBusy())
    if (idle < CLOSE_AFTER) return
    warn(`a desk was not closed; it closed itself, since nothing used it for ${CLOSE_AFTER} s`)
    end()
  })
  const stop = sim.subscribe(({ kind }) => {
    if (kind !== 'heartbeat' && kind !== 'frame') use()
  })
  const release = (): void => {
    watch.end()
    stop()
    if (open.delete(end) && open.size === 0) process.off('beforeExit', onEnd)
  }
  if (open.size === 0) process.on('beforeExit', onEnd)
  open.add(end)
  return release
}
