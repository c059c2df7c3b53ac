import { checkOptions } from '@qqkit/core'
import * as v from 'valibot'

import { fillOptions, optionEntries, type ResolvedOptions, type SimulatorOptions } from '../options.js'
import type { SocketSimulator } from './start-simulator.js'

/** Answers requests for `/` and everything below `/_sim`, beside the platform's own routes: e.g. the `fetch` of a Hono app. */
export type Mount = (simulator: SocketSimulator) => (request: Request) => Response | Promise<Response>

/** What a simulator with sockets can be told. */
export interface SocketSimulatorOptions extends SimulatorOptions {
  /** Default 0: any free port. */
  readonly port?: number
  /** Default `'127.0.0.1'`. Anything but a loopback address lets others in and is warned about. */
  readonly host?: string
  readonly mount?: Mount
}

/** Options with every field filled in. */
export interface ResolvedSocketOptions extends ResolvedOptions {
  readonly port: number
  readonly host: string
  readonly mount: Mount | undefined
}

const PORT = 'give a port from 0 (any free one) to 65535'

const schema = v.strictObject({
  ...optionEntries,
  port: v.optional(v.pipe(v.number(PORT), v.integer(PORT), v.minValue(0, PORT), v.maxValue(65_535, PORT))),
  host: v.optional(
    v.pipe(v.string('give an address of this machine'), v.minLength(1, 'give an address of this machine')),
  ),
  mount: v.optional(
    v.custom<Mount>((value) => typeof value === 'function', 'give a function that returns a fetch handler'),
  ),
})

/**
 * Checks the options of a simulator with sockets and fills in defaults.
 *
 * @throws OptionsError for an unknown or wrong option
 */
export const resolveSocketOptions = (options: SocketSimulatorOptions): ResolvedSocketOptions => {
  const { port, host, mount, ...rest } = checkOptions(
    'startSimulator',
    schema,
    options,
  ) as SocketSimulatorOptions
  return { ...fillOptions(rest), port: port ?? 0, host: host ?? '127.0.0.1', mount }
}
