import type { BodyOf, Endpoint, QueryOf, ResponseOf } from '@qqkit/protocol'

import { callOptions, checkCallOptions } from '../../checks/call-options.js'
import type { QueryParams } from '../../http/route-path.js'
import type { CallOptions, Client } from '../../pipeline/client.js'
import { requestEndpoint } from '../../pipeline/request.js'
import type { MentionForm } from '../../text/inline.js'
import type { RestAnswer } from '../../types/call.js'
import { checkInput } from './check-input.js'
import { type Paging, readPages } from './read-pages.js'

type IdsIn<E extends string> = E extends `${string}{${infer Name}}${infer Rest}` ? Name | IdsIn<Rest> : never

/** The ids in the path of an endpoint. Limits per guild or channel are counted by the first one. */
export type PathIds<E extends Endpoint> = Readonly<Record<IdsIn<E>, string | number>>

/** Query and body of a call. A given `body` has to be an object. */
export interface CallInput<E extends Endpoint> {
  readonly query?: QueryOf<E>
  readonly body?: BodyOf<E>
}

/** Makes the calls of all resources: checked, typed by the endpoint, and page by page. */
export class ApiCalls {
  readonly mentionForm: MentionForm
  readonly #client: Client

  /** @param mentionForm how mentions are written in markdown */
  constructor(client: Client, mentionForm: MentionForm) {
    this.#client = client
    this.mentionForm = mentionForm
  }

  /** Makes one call and returns the whole answer. */
  async answer<E extends Endpoint>(
    endpoint: E,
    ids: PathIds<E>,
    parts: CallInput<E>,
    options: CallOptions = {},
  ): Promise<RestAnswer> {
    checkCallOptions(options, callOptions.call)
    const { signal, timeout } = options
    checkInput(endpoint, parts, this.#client.clock.wall())
    const { query, body } = parts as { readonly query?: QueryParams; readonly body?: unknown }
    return requestEndpoint(this.#client, endpoint, {
      params: ids,
      query: query ?? {},
      body,
      signal,
      timeout,
    })
  }

  /** Makes one call. */
  async call<E extends Endpoint>(
    endpoint: E,
    ids: PathIds<E>,
    parts: CallInput<E>,
    options?: CallOptions,
  ): Promise<ResponseOf<E>> {
    const { body } = await this.answer(endpoint, ids, parts, options)
    return body
  }

  /**
   * Makes one call and ignores the answer
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-3 §2.3}).
   */
  async run<E extends Endpoint>(
    endpoint: E,
    ids: PathIds<E>,
    parts: CallInput<E>,
    options?: CallOptions,
  ): Promise<void> {
    await this.call(endpoint, ids, parts, options)
  }

  /** Reads a list page by page. */
  pages<E extends Endpoint, Item>(
    endpoint: E,
    paging: Paging<ResponseOf<E>, Item>,
    ids: PathIds<E>,
    given: object,
    options: CallOptions = {},
  ): AsyncGenerator<Item, void, undefined> {
    const read = async (part: object): Promise<ResponseOf<E>> => {
      const parts = { [paging.place ?? 'query']: part } as CallInput<E>
      return (await this.call(endpoint, ids, parts, options)) ?? {}
    }
    return readPages(endpoint, paging, given, read, options.signal)
  }
}
