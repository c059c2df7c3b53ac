import * as v from 'valibot'

import type { Fields } from '../http/fields.js'
import { httpsLink } from '../menu/menu-calls.js'
import { findPeer } from '../people/peers.js'
import type { Scene } from '../scene.js'
import type { World } from '../world.js'

const PARAM = '40030001'
const COUNT = '40030013'
const MISSING = '40030016'

const common = {
  name: v.pipe(v.string(PARAM), v.nonEmpty(PARAM), v.maxLength(14, PARAM)),
  desc: v.optional(v.pipe(v.string(PARAM), v.maxLength(30, PARAM))),
  only_admin: v.optional(v.boolean(PARAM)),
}

const ITEM = v.variant(
  'type',
  [
    v.object({ ...common, type: v.literal('command') }, MISSING),
    v.object({ ...common, type: v.literal('link'), link: httpsLink }, MISSING),
  ],
  '40030015',
)

/** What people see of a panel. */
export interface PanelBody {
  readonly items: readonly unknown[]
  readonly remark?: string | undefined
}

/** A panel: at most 20 items, a remark of at most 255 characters (§5.9). */
export const panelSchema: v.GenericSchema<unknown, PanelBody> = v.object(
  {
    items: v.pipe(v.array(ITEM, PARAM), v.nonEmpty(MISSING), v.maxLength(20, COUNT)),
    remark: v.optional(v.pipe(v.string(PARAM), v.maxLength(255, PARAM))),
  },
  MISSING,
)

const openids: v.GenericSchema<string[] | undefined> = v.optional(
  v.pipe(v.array(v.string(PARAM), PARAM), v.nonEmpty(MISSING), v.maxLength(20, COUNT)),
)

/** Whom a panel is for (§5.9). */
export const TARGETS: Readonly<Record<'user_openids' | 'group_openids', typeof openids>> = {
  user_openids: openids,
  group_openids: openids,
}

interface Named {
  readonly user_openids?: readonly string[] | undefined
  readonly group_openids?: readonly string[] | undefined
}

/** The users or groups that a call names, as the scope wants them; all of them must be known to the bot. */
export const readTargets = (
  world: World,
  bot: string,
  scope: Scene,
  { user_openids: users, group_openids: groups }: Named,
): Fields<readonly string[]> => {
  const [wanted, other] = scope === 'c2c' ? [users, groups] : [groups, users]
  if (other) return { code: 40030018 }
  if (!wanted) return { code: 40030016 }
  const known = wanted.every((id) => findPeer(world, bot, scope, id)?.present)
  return known ? { value: wanted } : { code: 40030001 }
}
