import process from 'node:process'

import { OptionsError, type Source } from '@qqkit/core'
import { onAbort } from '@qqkit/core/internal'

import type { Publisher } from './events/publisher.js'

/** What one process of a bot does: it publishes events, works on them, or both. */
export type Role = 'gateway' | 'worker' | 'all'

/** The roles, as the variable `QQKIT_ROLE` names them. */
export const ROLES: readonly Role[] = ['gateway', 'worker', 'all']

/** The part of a bot that is run. */
export interface RoleWorker {
  /** Resolves when it has stopped. */
  start(): Promise<void>
  stop(): Promise<void>
}

/** Options of {@link QqkitRedis.run}. */
export interface RunOptions {
  /** Default: the variable `QQKIT_ROLE`, or `'all'`. */
  readonly role?: Role
  /** Makes the source of the role `gateway`: a gateway, a webhook, or both. */
  readonly publish: () => Source | readonly Source[] | Promise<Source | readonly Source[]>
  /** Makes the bot of the role `worker`. */
  readonly work: (source: Source) => RoleWorker | Promise<RoleWorker>
  /** Messages that pass the queue of their conversation, as of `redis.publish`. */
  readonly controlWords?: readonly string[]
  /** How a webhook answers clicks, as of `redis.publish`. */
  readonly interactionAck?: 'intake' | 'handler'
  /** Stops everything. */
  readonly signal?: AbortSignal
  /** Whether Ctrl-C and SIGTERM stop everything. Default `true`. */
  readonly handleSignals?: boolean
}

/** The role that a text names; `all` for none. @throws OptionsError */
export const roleOf = (named: string | undefined): Role => {
  const text = named?.trim().toLowerCase() ?? ''
  const role = text === '' ? 'all' : ROLES.find((one) => one === text)
  if (role) return role
  const hint = `must be one of ${ROLES.join(', ')}`
  throw new OptionsError({ subject: 'redis.run', path: 'QQKIT_ROLE', received: JSON.stringify(named), hint })
}

/** What runs, and how it is stopped. */
interface Part {
  readonly over: Promise<void>
  readonly stop: () => Promise<void>
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** A promise for the first signal of the process, or an abort; and how to stop waiting. */
const stopAsked = ({ signal, handleSignals = true }: RunOptions): readonly [Promise<void>, () => void] => {
  let leave = (): void => {}
  const asked = new Promise<void>((resolve) => {
    const onSignal = (): void => {
      // A second one ends the process.
      leave()
      resolve()
    }
    const unlisten = signal && onAbort(signal, onSignal)
    if (handleSignals) for (const name of SIGNALS) process.on(name, onSignal)
    leave = () => {
      unlisten?.()
      for (const name of SIGNALS) process.off(name, onSignal)
    }
    if (signal?.aborted) onSignal()
  })
  return [asked, () => leave()]
}

/** Runs the parts of a role until one ends, or a stop is asked for; then stops all, those that publish first. */
export const runRole = async (
  role: Role,
  options: RunOptions,
  redis: { readonly publish: (source: Source) => Publisher; readonly source: () => Source },
): Promise<void> => {
  const [asked, leave] = stopAsked(options)
  const parts: Part[] = []
  const begin = (run: () => Promise<void>, stop: () => Promise<void>): void => {
    const over = run()
    // It is awaited with the others.
    over.catch(() => {})
    parts.push({ over, stop })
  }
  try {
    if (role !== 'worker')
      for (const source of [await options.publish()].flat()) {
        const publisher = redis.publish(source)
        begin(
          async () => publisher.run(),
          async () => publisher.close({ resumable: true }),
        )
      }
    if (role !== 'gateway') {
      const worker = await options.work(redis.source())
      begin(
        async () => worker.start(),
        async () => worker.stop(),
      )
    }
    await Promise.race([asked, ...parts.map(async ({ over }) => over)])
  } finally {
    for (const { stop } of parts) await stop().catch(() => {})
    await Promise.allSettled(parts.map(async ({ over }) => over))
    leave()
  }
}
