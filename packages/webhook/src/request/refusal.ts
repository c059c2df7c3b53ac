/** Why a request is not taken; as in log records. */
export type Refusal =
  | 'method'
  | 'content_type'
  | 'too_large'
  | 'unreadable'
  | 'unsigned'
  | 'forged'
  | 'stale'
  | 'stranger'
  | 'malformed'
  | 'challenge'
  | 'not_listening'

/** The answer to each refusal: a status that its sender can act on. */
export const refusals: Readonly<Record<Refusal, { readonly status: number; readonly message: string }>> = {
  method: { status: 405, message: 'callbacks are POST requests' },
  content_type: { status: 415, message: 'callbacks are JSON' },
  too_large: { status: 413, message: 'the body is larger than this endpoint takes' },
  unreadable: { status: 400, message: 'the body did not arrive whole' },
  unsigned: { status: 401, message: 'the signature headers are missing' },
  forged: { status: 401, message: 'the signature does not belong to this body' },
  stale: { status: 401, message: 'the timestamp is too far from now' },
  stranger: { status: 403, message: 'this endpoint belongs to another appid' },
  malformed: { status: 400, message: 'the body is not a frame' },
  challenge: { status: 400, message: 'the challenge is not one that may be signed' },
  not_listening: { status: 503, message: 'nobody handles events here at the moment' },
}
