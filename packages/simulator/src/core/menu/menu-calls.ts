import * as v from 'valibot'

import { ok, refuse } from '../http/answers.js'
import type { Handler } from '../http/call-context.js'
import { readFields } from '../http/fields.js'
import type { MenuWorld } from './state.js'

const PARAM = '40030001'
const COUNT = '40030013'
const MISSING = '40030016'

/** Width of a name: a Chinese character counts 2 (§5.9). */
const widthOf = (name: string): number =>
  Array.from(name).length + Array.from(name.matchAll(/\p{Script=Han}/gu)).length

const nameUpTo = (most: number, measure: (name: string) => number): v.GenericSchema<string> =>
  v.pipe(
    v.string(PARAM),
    v.check((name) => name !== '' && measure(name) <= most, PARAM),
  )

/** An address that must be https. */
export const httpsLink: v.GenericSchema<string> = v.pipe(
  v.string(PARAM),
  v.startsWith('https://', '40030008'),
)

const message = v.union([v.pipe(v.string(), v.nonEmpty()), v.record(v.string(), v.unknown())], PARAM)

const subName = nameUpTo(14, (name) => Array.from(name).length)

const subItemSchema = v.variant(
  'type',
  [
    v.object({ name: subName, type: v.literal('send_message'), send_message: message }, MISSING),
    v.object({ name: subName, type: v.literal('link'), link: httpsLink }, MISSING),
  ],
  '40030015',
)

const name = nameUpTo(10, widthOf)

const itemSchema = v.variant(
  'type',
  [
    v.object({ name, type: v.literal('send_message'), send_message: message }, MISSING),
    v.object({ name, type: v.literal('link'), link: httpsLink }, MISSING),
    v.object(
      {
        name,
        type: v.literal('switch'),
        switch: v.object(
          {
            switch_id: v.pipe(v.string(PARAM), v.nonEmpty(PARAM), v.maxLength(64, PARAM)),
            default: v.optional(v.unknown()),
          },
          MISSING,
        ),
      },
      MISSING,
    ),
    v.object(
      {
        name,
        type: v.literal('menu'),
        sub_menu_items: v.pipe(v.array(subItemSchema, PARAM), v.maxLength(5, COUNT)),
      },
      MISSING,
    ),
  ],
  '40030014',
)

const bodySchema = v.object(
  { menu: v.object({ items: v.pipe(v.array(itemSchema, PARAM), v.maxLength(10, COUNT)) }, MISSING) },
  MISSING,
)

/** `GET /v2/menu` (§5.9). */
export const getMenu: Handler<MenuWorld> = (world, { bot }) => {
  const menu = world.menus.get(bot.appId)
  return ok(menu ? { version: menu.version, menu: { items: menu.items } } : { version: 0 })
}

/** `PUT /v2/menu` replaces everything (§5.9). */
export const setMenu: Handler<MenuWorld> = (world, { bot, body, request }) => {
  if (request.body.length > world.settings.messageLimit) return refuse(world, 40030001)
  const read = readFields(bodySchema, body, 40030001)
  if ('code' in read) return refuse(world, read.code)
  const version = (world.menus.get(bot.appId)?.version ?? 0) + 1
  world.menus.set(bot.appId, { version, items: read.value.menu.items })
  return ok({ version })
}
