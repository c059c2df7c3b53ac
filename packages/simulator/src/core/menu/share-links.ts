import * as v from 'valibot'

import { ok, refuse } from '../http/answers.js'
import type { Handler } from '../http/call-context.js'
import { readFields } from '../http/fields.js'
import { putBounded } from '../kernel/bounded-map.js'
import { drawHex } from '../kernel/random.js'
import type { MenuWorld } from './state.js'

const data = v.optional(v.pipe(v.string(), v.maxLength(32)), '')

// CONFLICT: one client sends the key as `callbackData`.
const bodySchema = v.object({ callback_data: data, callbackData: data })

/** `POST /v2/generate_url_link`, answered as documented (§5.9). CONFLICT: clients also read `url` and `data.url`. */
export const makeShareLink: Handler<MenuWorld> = (world, { bot, body }) => {
  const read = readFields(bodySchema, body, 10001)
  // The code has another meaning in other calls (§2.8).
  if ('code' in read) return refuse(world, read.code, { message: 'param invalid' })
  const { callback_data: given, callbackData: other } = read.value
  const url = `https://share.example.test/${drawHex(world.random, 16)}`
  putBounded(world.shareLinks, url, { bot: bot.appId, data: given || other }, world.settings.memory)
  return ok({ url_link: url })
}
