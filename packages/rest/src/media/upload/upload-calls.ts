import type { UploadPartFinishRequest, UploadPrepareRequest, UploadRequest } from '@qqkit/protocol'

import { fillRoute } from '../../http/route-path.js'
import { routeClassOf } from '../../limits/route-class.js'
import type { CallInit, Client } from '../../pipeline/client.js'
import type { RestAnswer } from '../../types/call.js'
import type { Situation } from '../../types/situation.js'
import type { MediaScene } from '../media.js'

/** The paths of a scene begin so (§5.5). */
const PLACES: Readonly<Record<MediaScene, readonly [route: string, param: string]>> = Object.freeze({
  c2c: ['/v2/users/{user_openid}', 'user_openid'],
  group: ['/v2/groups/{group_openid}', 'group_openid'],
})

/** "Upload failed, retry": repeated in the rhythm that the platform asks for, not in that of the retry table (§5.5). */
export const repeatLater = 40093001

/**
 * What is no reason to send a whole file once more: it goes in parts then, of which only those are repeated that fail
 * (§5.5).
 */
const NOT_WHOLE_AGAIN: readonly Situation[] = ['server_error', 'fault']

/** How long calls may go on. */
export interface UploadCallOptions {
  readonly signal: AbortSignal
  readonly deadlineAt: number
}

/** The three calls of an upload, to one user or group. A repeat of any of them is harmless. */
export class UploadCalls {
  readonly #client: Client
  readonly #options: UploadCallOptions
  readonly #route: string
  readonly #params: Readonly<Record<string, string>>

  constructor(client: Client, scene: MediaScene, id: string, options: UploadCallOptions) {
    const [route, param] = PLACES[scene]
    this.#client = client
    this.#options = options
    this.#route = route
    this.#params = { [param]: id }
  }

  /** `POST …/files` with an address, or as the end of an upload in parts. Never sends a message by itself. */
  files(
    body: Omit<UploadRequest, 'srv_send_msg' | 'file_data'>,
    attemptTimeout: number,
  ): Promise<RestAnswer> {
    return this.#call('files', { ...body, srv_send_msg: false }, { attemptTimeout })
  }

  /** `POST …/files` with a whole file. */
  wholeFile(
    body: Omit<UploadRequest, 'srv_send_msg' | 'url' | 'upload_id'>,
    attemptTimeout: number,
  ): Promise<RestAnswer> {
    const unrepeated = [repeatLater, ...NOT_WHOLE_AGAIN]
    return this.#call('files', { ...body, srv_send_msg: false }, { attemptTimeout, unrepeated })
  }

  prepare(body: UploadPrepareRequest): Promise<RestAnswer> {
    return this.#call('upload_prepare', body)
  }

  /** @param terms those of the part, which ends with the others */
  finishPart(body: UploadPartFinishRequest, options: UploadCallOptions): Promise<RestAnswer> {
    return this.#call('upload_part_finish', body, {}, options)
  }

  #call(
    name: string,
    body: unknown,
    how: Pick<CallInit, 'attemptTimeout' | 'unrepeated'> = {},
    { signal, deadlineAt }: UploadCallOptions = this.#options,
  ): Promise<RestAnswer> {
    const route = `${this.#route}/${name}`
    return this.#client.execute(
      {
        method: 'POST',
        route,
        path: fillRoute(route, this.#params),
        body,
        routeClass: routeClassOf('POST', route),
        repeatability: 'idempotent',
        unrepeated: [repeatLater],
        ...how,
      },
      signal,
      deadlineAt,
    )
  }
}
