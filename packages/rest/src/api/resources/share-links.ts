import type { ShareLinkRequest } from '@qqkit/protocol'

import { RestError } from '../../errors/rest-error.js'
import { isObject } from '../../http/json.js'
import type { CallOptions } from '../../pipeline/client.js'
import type { RestAnswer } from '../../types/call.js'
import { Resource } from './resource.js'

/** The error of a call that succeeded without telling what it was made for. */
const unexpectedAnswer = (
  endpoint: string,
  what: string,
  { status, traceId, steps }: RestAnswer,
): RestError =>
  new RestError({
    code: 'unexpected_answer',
    message: `${endpoint}: ${what}`,
    httpStatus: status,
    traceId,
    steps,
    situation: 'no_answer',
    delivered: 'yes',
    retry: 'never',
    advice: {
      en: 'The platform took the request, but its answer cannot be read. Look for a newer version of this package, or report it with the trace id.',
      zh: '平台已接受请求，但无法读取其应答。请检查本软件包是否有新版本，或携带 trace id 反馈。',
    },
  })

const ENDPOINT = 'POST /v2/generate_url_link'

/** Where the link was seen in answers, the documented place first (§5.9). CONFLICT: clients have met all of them. */
const PLACES: readonly (readonly string[])[] = [['url_link'], ['data', 'url_link'], ['data', 'url'], ['url']]

const at = (body: unknown, place: readonly string[]): unknown =>
  place.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), body)

/**
 * Links by which people find the bot
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}).
 */
export class ShareLinksApi extends Resource {
  /**
   * A link that adds the bot; `callback_data`, at most 32 characters, comes back as `scene_param` of `FRIEND_ADD`
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}).
   *
   * @throws RestError; for an answer without a link `unexpected_answer`, with the trace id
   */
  async create(body: ShareLinkRequest = {}, options?: CallOptions): Promise<string> {
    const answer = await this.calls.answer(ENDPOINT, {}, { body }, options)
    for (const place of PLACES) {
      const link = at(answer.body, place)
      if (typeof link === 'string' && link !== '') return link
    }
    throw unexpectedAnswer(ENDPOINT, 'no link in the answer', answer)
  }
}
