import * as v from 'valibot'

import { empty, ok, refuse, type Answer } from '../http/answers.js'
import type { CallContext, Handler } from '../http/call-context.js'
import { numberText, readFields } from '../http/fields.js'
import { pageAfter } from '../http/pages.js'
import { drawHex } from '../random.js'
import { SCENES } from '../scene.js'
import { timestampText } from '../time.js'
import type { World } from '../world.js'
import type { Panel } from './panel.js'
import { panelSchema, readTargets, TARGETS } from './panel-body.js'

const MOST = 20

/** Targets of one panel (§5.9). */
const MOST_TARGETS = 1_000

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

const ofBot = (world: World, bot: string): ReadonlyMap<string, Panel> =>
  new Map([...world.panels].filter(([, panel]) => panel.bot === bot))

const LIST = v.object(
  {
    scope: v.picklist(SCENES, '40030011'),
    cursor: v.optional(v.string(), ''),
    limit: v.optional(numberText(1, 50), '20'),
  },
  '40030016',
)

/** `GET /v2/panels?scope&cursor&limit`: 20 a page, at most 50 (§5.9). */
export const listPanels: Handler = (world, { bot, query }) => {
  const read = readFields(LIST, Object.fromEntries(query), 40030001)
  if ('code' in read) return refuse(world, read.code)
  const { scope, cursor, limit } = read.value
  const asked = new Map([...ofBot(world, bot.appId)].filter(([, panel]) => panel.scope === scope))
  const { items, next } = pageAfter(asked, cursor, limit)
  return ok({ records: items.map(shown), next_cursor: next, is_end: next === '' })
}

const CREATION = v.object(
  {
    scope: v.picklist(SCENES, '40030011'),
    target_type: v.optional(v.picklist(['all', 'specific'], '40030012'), 'all'),
    ...TARGETS,
    panel: panelSchema,
  },
  '40030016',
)

/** `POST /v2/panels` (§5.9). */
export const createPanel: Handler = (world, { bot, body, request }) => {
  if (request.body.length > world.settings.messageLimit) return refuse(world, 40030001)
  const read = readFields(CREATION, body, 40030001)
  if ('code' in read) return refuse(world, read.code)
  const { scope, target_type: kind, panel } = read.value
  const named = read.value.user_openids ?? read.value.group_openids
  if (kind === 'all' && named) return refuse(world, 40030021)
  // Channels and DMs know panels for all only.
  if (kind === 'specific' && (scope === 'channel' || scope === 'dm')) return refuse(world, 40030018)
  const targets = kind === 'all' ? { value: null } : readTargets(world, bot.appId, scope, read.value)
  if ('code' in targets) return refuse(world, targets.code)
  if (ofBot(world, bot.appId).size >= MOST) return refuse(world, 40030013)
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
  (handler: (world: World, context: CallContext, panel: Panel) => Answer): Handler =>
  (world, context) => {
    const panel = world.panels.get(context.params[0] ?? '')
    return panel?.bot === context.bot.appId ? handler(world, context, panel) : refuse(world, 40030006)
  }

/** `GET /v2/panels/{}` (§5.9). */
export const getPanel: Handler = onPanel((_world, _context, panel) => ok(shown(panel)))

const CHANGE = v.object({ panel: panelSchema }, '40030016')

/** `PUT /v2/panels/{}` keeps the targets (§5.9). */
export const changePanel: Handler = onPanel((world, { body, request }, panel) => {
  if (request.body.length > world.settings.messageLimit) return refuse(world, 40030001)
  const read = readFields(CHANGE, body, 40030001)
  if ('code' in read) return refuse(world, read.code)
  const version = panel.version + 1
  world.panels.set(panel.id, { ...panel, panel: read.value.panel, version, updatedAt: world.now })
  return ok({ version })
})

/** `DELETE /v2/panels/{}` (§5.9). */
export const deletePanel: Handler = onPanel((world, _context, panel) => {
  world.panels.delete(panel.id)
  return empty(200)
})

const TARGET = v.object({ op: v.picklist(['add', 'del'], '40030017'), ...TARGETS }, '40030016')

/** `PUT /v2/panels/{}/target`: users or groups, at most 20 a call (§5.9). */
export const changeTargets: Handler = onPanel((world, { bot, body }, panel) => {
  if (!panel.targets) return refuse(world, 40030021)
  const read = readFields(TARGET, body, 40030001)
  if ('code' in read) return refuse(world, read.code)
  const named = readTargets(world, bot.appId, panel.scope, read.value)
  if ('code' in named) return refuse(world, named.code)
  const targets = new Set(panel.targets)
  for (const id of named.value) {
    if (read.value.op === 'add') targets.add(id)
    else targets.delete(id)
  }
  if (targets.size > MOST_TARGETS) return refuse(world, 40030013)
  world.panels.set(panel.id, { ...panel, targets, updatedAt: world.now })
  return empty(200)
})
