import * as v from 'valibot'

import { type Answer, empty, ok, refuse } from '../http/answers.js'
import type { CallContext, Handler } from '../http/call-context.js'
import { type Fields, numberText, readFields } from '../http/fields.js'
import { pageAfter } from '../http/pages.js'
import { drawHex } from '../kernel/random.js'
import { timestampText } from '../kernel/time.js'
import { findPeer } from '../places/peers.js'
import { type Scene, allScenes } from '../rules/scene.js'
import { httpsLink } from './menu-calls.js'
import type { MenuWorld, Panel, PanelBody } from './state.js'

const PARAM = '40030001'
const COUNT = '40030013'
const MISSING = '40030016'

const common = {
  name: v.pipe(v.string(PARAM), v.nonEmpty(PARAM), v.maxLength(14, PARAM)),
  desc: v.optional(v.pipe(v.string(PARAM), v.maxLength(30, PARAM))),
  only_admin: v.optional(v.boolean(PARAM)),
}

const itemSchema = v.variant(
  'type',
  [
    v.object({ ...common, type: v.literal('command') }, MISSING),
    v.object({ ...common, type: v.literal('link'), link: httpsLink }, MISSING),
  ],
  '40030015',
)

/** A panel: at most 20 items, a remark of at most 255 characters (§5.9). */
const panelSchema: v.GenericSchema<unknown, PanelBody> = v.object(
  {
    items: v.pipe(v.array(itemSchema, PARAM), v.nonEmpty(MISSING), v.maxLength(20, COUNT)),
    remark: v.optional(v.pipe(v.string(PARAM), v.maxLength(255, PARAM))),
  },
  MISSING,
)

const openids: v.GenericSchema<string[] | undefined> = v.optional(
  v.pipe(v.array(v.string(PARAM), PARAM), v.nonEmpty(MISSING), v.maxLength(20, COUNT)),
)

/** Targets of a panel (§5.9). */
const targetSchemas: Readonly<Record<'user_openids' | 'group_openids', typeof openids>> = {
  user_openids: openids,
  group_openids: openids,
}

interface Named {
  readonly user_openids?: readonly string[] | undefined
  readonly group_openids?: readonly string[] | undefined
}

/** Reads the users or groups of a call, by scope; the bot must know all of them. */
const readTargets = (
  world: MenuWorld,
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

const MAX_PANELS = 20

/** Targets of one panel (§5.9). */
const MAX_TARGETS = 1_000

const shown = (record: Panel): Readonly<Record<string, unknown>> => ({
  panel_id: record.id,
  scope: record.scope,
  target_type: record.targets ? 'specific' : 'all',
  panel: record.panel,
  version: record.version,
  created_at: timestampText(record.createdAt),
  updated_at: timestampText(record.updatedAt),
  ...(record.targets && record.scope === 'c2c' ? { user_openids: [...record.targets] } : {}),
  ...(record.targets && record.scope === 'group' ? { group_openids: [...record.targets] } : {}),
})

const ofBot = (world: MenuWorld, bot: string): ReadonlyMap<string, Panel> =>
  new Map([...world.panels].filter(([, panel]) => panel.bot === bot))

const listSchema = v.object(
  {
    scope: v.picklist(allScenes, '40030011'),
    cursor: v.optional(v.string(), ''),
    limit: v.optional(numberText(1, 50), '20'),
  },
  '40030016',
)

/** `GET /v2/panels?scope&cursor&limit`: 20 a page, at most 50 (§5.9). */
export const listPanels: Handler<MenuWorld> = (world, { bot, query }) => {
  const read = readFields(listSchema, Object.fromEntries(query), 40030001)
  if ('code' in read) return refuse(world, read.code)
  const { scope, cursor, limit } = read.value
  const asked = new Map([...ofBot(world, bot.appId)].filter(([, panel]) => panel.scope === scope))
  const { items, next } = pageAfter(asked, cursor, limit)
  return ok({ records: items.map(shown), next_cursor: next, is_end: next === '' })
}

const creationSchema = v.object(
  {
    scope: v.picklist(allScenes, '40030011'),
    target_type: v.optional(v.picklist(['all', 'specific'], '40030012'), 'all'),
    ...targetSchemas,
    panel: panelSchema,
  },
  '40030016',
)

/** `POST /v2/panels` (§5.9). */
export const createPanel: Handler<MenuWorld> = (world, { bot, body, request }) => {
  if (request.body.length > world.settings.messageLimit) return refuse(world, 40030001)
  const read = readFields(creationSchema, body, 40030001)
  if ('code' in read) return refuse(world, read.code)
  const { scope, target_type: kind, panel } = read.value
  const named = read.value.user_openids ?? read.value.group_openids
  if (kind === 'all' && named) return refuse(world, 40030021)
  // Channels and DMs only have panels for everyone.
  if (kind === 'specific' && (scope === 'channel' || scope === 'dm')) return refuse(world, 40030018)
  const targets = kind === 'all' ? { value: null } : readTargets(world, bot.appId, scope, read.value)
  if ('code' in targets) return refuse(world, targets.code)
  if (ofBot(world, bot.appId).size >= MAX_PANELS) return refuse(world, 40030013)
  const record: Panel = {
    id: drawHex(world.random, 24),
    bot: bot.appId,
    scope,
    targets: targets.value && new Set(targets.value),
    panel,
    version: 1,
    createdAt: world.now,
    updatedAt: world.now,
  }
  world.panels.set(record.id, record)
  return ok({ panel_id: record.id })
}

/** A call on one panel of the bot. */
const onPanel =
  (handler: (world: MenuWorld, context: CallContext, panel: Panel) => Answer): Handler<MenuWorld> =>
  (world, context) => {
    const panel = world.panels.get(context.params[0] ?? '')
    return panel?.bot === context.bot.appId ? handler(world, context, panel) : refuse(world, 40030006)
  }

/** `GET /v2/panels/{}` (§5.9). */
export const getPanel: Handler<MenuWorld> = onPanel((_world, _context, panel) => ok(shown(panel)))

const changeSchema = v.object({ panel: panelSchema }, '40030016')

/** `PUT /v2/panels/{}` keeps the targets (§5.9). */
export const changePanel: Handler<MenuWorld> = onPanel((world, { body, request }, panel) => {
  if (request.body.length > world.settings.messageLimit) return refuse(world, 40030001)
  const read = readFields(changeSchema, body, 40030001)
  if ('code' in read) return refuse(world, read.code)
  const version = panel.version + 1
  world.panels.set(panel.id, { ...panel, panel: read.value.panel, version, updatedAt: world.now })
  return ok({ version })
})

/** `DELETE /v2/panels/{}` (§5.9). */
export const deletePanel: Handler<MenuWorld> = onPanel((world, _context, panel) => {
  world.panels.delete(panel.id)
  return empty(200)
})

const targetSchema = v.object({ op: v.picklist(['add', 'del'], '40030017'), ...targetSchemas }, '40030016')

/** `PUT /v2/panels/{}/target`: users or groups, at most 20 a call (§5.9). */
export const changeTargets: Handler<MenuWorld> = onPanel((world, { bot, body }, panel) => {
  if (!panel.targets) return refuse(world, 40030021)
  const read = readFields(targetSchema, body, 40030001)
  if ('code' in read) return refuse(world, read.code)
  const named = readTargets(world, bot.appId, panel.scope, read.value)
  if ('code' in named) return refuse(world, named.code)
  const targets = new Set(panel.targets)
  for (const id of named.value) {
    if (read.value.op === 'add') targets.add(id)
    else targets.delete(id)
  }
  if (targets.size > MAX_TARGETS) return refuse(world, 40030013)
  world.panels.set(panel.id, { ...panel, targets, updatedAt: world.now })
  return empty(200)
})
