import { checkOptions } from '@qqkit/core/internal'
import * as v from 'valibot'

import { checkObject, resolveOptions, type ResolvedOptions, type SimulatorOptions } from '../options.js'
import { packagedPage } from '../page/packaged-page.js'

/** Options of {@link startSimulator}. */
export interface SocketSimulatorOptions extends SimulatorOptions {
  /** Default 0: any free port. */
  readonly port?: number
  /**
   * Default `'127.0.0.1'`. Any other than a loopback address opens the simulator to other machines, with a process
   * warning.
   */
  readonly host?: string
  /** The chat page at `/`; default `true`. `assets`: a folder with a build of the page, instead of the packaged one. */
  readonly page?: boolean | { readonly assets: string }
}

/** Options with every field filled in. */
export interface ResolvedSocketOptions extends ResolvedOptions {
  readonly port: number
  readonly host: string
  /** Folder with the built page; `null` for no page. */
  readonly pageAssets: string | null
}

const PORT = 'give a port from 0 (any free one) to 65535'

const schema = v.strictObject({
  port: v.optional(v.pipe(v.number(PORT), v.integer(PORT), v.minValue(0, PORT), v.maxValue(65_535, PORT))),
  host: v.optional(
    v.pipe(v.string('give an address of this machine'), v.minLength(1, 'give an address of this machine')),
  ),
  page: v.optional(
    v.union(
      [v.boolean(), v.strictObject({ assets: v.string() })],
      'give true, false, or { assets } with the folder of a built page',
    ),
  ),
})

const pageAssetsOf = (page: NonNullable<SocketSimulatorOptions['page']>): string | null => {
  if (typeof page === 'object') return page.assets
  return page ? packagedPage() : null
}

/**
 * Checks the options of a simulator with sockets and fills in defaults.
 *
 * @throws OptionsError for an unknown or wrong option
 */
export const resolveSocketOptions = (options: SocketSimulatorOptions): ResolvedSocketOptions => {
  checkObject('startSimulator', '{ port: 4790 }', options)
  const { port, host, page, ...rest } = options
  const own = checkOptions('startSimulator', schema, {
    ...(port === undefined ? {} : { port }),
    ...(host === undefined ? {} : { host }),
    ...(page === undefined ? {} : { page }),
  })
  return {
    ...resolveOptions('startSimulator', rest),
    port: own.port ?? 0,
    host: own.host ?? '127.0.0.1',
    pageAssets: pageAssetsOf(own.page ?? true),
  }
}
