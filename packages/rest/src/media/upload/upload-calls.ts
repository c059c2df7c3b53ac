import type { UploadPartFinishRequest, UploadPrepareRequest, UploadRequest } from '@qqkit/protocol'

import { fillRoute } from '../../http/route-path.js'
import { routeClassOf } from '../../limits/route-class.js'
import type { CallInit, Client } from '../../pipeline/client.js'
import type { RestAnswer } from '../../types/call.js'
import type { Situation } from '../../types/situation.js'
import type { MediaScene } from '../media.js'

/** Start of the paths by scene (§5.5). */
const PLACES: Readonly<Record<MediaScene, readonly [route: string, param: string]>> = Object.freeze({
  c2c: ['/v2/users/{user_openid}', 'user_openid'],
  group: ['/v2/groups/{group_openid}', 'group_openid'],
})

/** "Upload failed, retry": repeated at the interval that the platform asks for, not by the retry table (§5.5). */
export const repeatLater = 40093001

/**
 * Situations after which a whole file is not sent again but uploaded in parts, of which only failed ones are repeated
 * (§5.5).
 */
const NOT_WHOLE_AGAIN: readonly Situation[] = ['server_error', 'fault']

/** Signal and deadline of calls. */
export interface UploadCallOptions {
  readonly signal: AbortSignal
  readonly deadlineAt: number
}

/** The three calls of an upload to one user or group. Repeating any of them is harmless. */
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

  /** `POST …/files` with an address, or as the end of an upload in parts. It never sends a message. */
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

  /** @param options those of the part, which is cancelled with the others */
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
