import { menuLimits } from '@qqkit/protocol'
import * as v from 'valibot'

import { atMost, filled, flag, listOf, upTo, upToWide } from '../../checks/shapes.js'
import { choice, open, secureLink, type Shapes, someOf } from './body-shapes.js'

/** Lists that replace what was there: an empty one clears it. */
const upToItems = (item: v.GenericSchema, most: number) =>
  v.pipe(v.array(item, 'give an array'), v.maxLength(most, `at most ${most} items`))

const subItem = () =>
  open({
    name: upTo(menuLimits.subNameLength),
    type: choice('send_message', 'link'),
    link: v.optional(secureLink),
  })

const menuItem = () =>
  open({
    name: upToWide(menuLimits.nameLength),
    type: choice('switch', 'send_message', 'link', 'menu'),
    link: v.optional(secureLink),
    switch: v.optional(open({ switch_id: filled })),
    sub_menu_items: v.optional(upToItems(subItem(), menuLimits.subItems)),
  })

const panelItem = () =>
  open({
    name: upTo(menuLimits.panelNameLength),
    desc: v.optional(atMost(menuLimits.panelDescLength)),
    type: choice('command', 'link'),
    only_admin: v.optional(flag),
    link: v.optional(secureLink),
  })

const panel = () =>
  open({
    items: listOf(panelItem(), menuLimits.panelItems, 'item'),
    remark: v.optional(atMost(menuLimits.panelRemarkLength)),
  })

const targets = () => ({
  user_openids: v.optional(listOf(filled, menuLimits.panelTargetsPerCall, 'user')),
  group_openids: v.optional(listOf(filled, menuLimits.panelTargetsPerCall, 'group')),
})

const EVERYONE_ONLY: ReadonlySet<unknown> = new Set(['channel', 'dm'])

/** Bodies of the menu, of panels and of share links (§5.9). */
export const menuBodies: Shapes = Object.freeze({
  'POST /v2/generate_url_link': () =>
    open({
      callback_data: v.optional(atMost(menuLimits.shareCallbackLength)),
      url_link: v.optional(filled),
    }),
  'PUT /v2/menu': () => open({ menu: open({ items: upToItems(menuItem(), menuLimits.items) }) }),
  'POST /v2/panels': () =>
    v.pipe(
      open({
        scope: choice('c2c', 'group', 'channel', 'dm'),
        target_type: v.optional(choice('all', 'specific')),
        ...targets(),
        panel: panel(),
      }),
      v.check(
        ({ scope, target_type: target }) => !(EVERYONE_ONLY.has(scope) && target === 'specific'),
        'panels of channels and DMs are for all: leave target_type out',
      ),
    ),
  'PUT /v2/panels/{panel_id}': () => open({ panel: panel() }),
  'PUT /v2/panels/{panel_id}/target': () =>
    someOf({ op: choice('add', 'del'), ...targets() }, 'user_openids', 'group_openids'),
})
