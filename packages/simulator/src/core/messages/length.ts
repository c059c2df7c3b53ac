import type { CallContext } from '../http/call-context.js'
import type { MessagesWorld } from './state.js'

type Body = Readonly<Record<string, unknown>>

/** 消息过长. §2.7 names it for C2C and groups; the code of guilds is unknown and assumed equal. */
const TOO_LONG = 40054007

const utf8 = new TextEncoder()

const textIn = (value: unknown, field: string): unknown =>
  typeof value === 'object' && value !== null && field in value ? (value as Body)[field] : undefined

const isLong = (world: MessagesWorld, text: unknown): boolean =>
  typeof text === 'string' && text.length > world.settings.textLimit

/** Size of a body in bytes, without the files of a form. */
const sizeOf = ({ request, body }: CallContext): number => {
  const form = (request.headers['content-type'] ?? '').toLowerCase().startsWith('multipart/form-data')
  return form ? utf8.encode(JSON.stringify(body)).length : request.body.length
}

/** The code for a text or body that is too long (§2.7), or `null`. */
export const lengthCode = (world: MessagesWorld, context: CallContext): number | null => {
  const { body } = context
  const texts = [body['content'], textIn(body['markdown'], 'content'), body['content_raw']]
  const fits = sizeOf(context) <= world.settings.messageLimit && !texts.some((text) => isLong(world, text))
  return fits ? null : TOO_LONG
}

/** The code for a streamed text that is too long as a whole (§5.4), or `null`. */
export const grownCode = (world: MessagesWorld, whole: string): number | null =>
  isLong(world, whole) ? TOO_LONG : null
