import { didYouMean } from '@qqkit/core/internal'
import type { MenuItem, PanelRecord, PanelScope } from '@qqkit/protocol'
import { type Api, RestError } from '@qqkit/rest'
import * as v from 'valibot'

import { Bot } from '../bot.js'
import { type Command, commandNames } from '../events/command.js'
import { checkMiddlewareOptions, texts } from '../middleware/check.js'
import { PublishError } from './errors.js'
import { type Found, menuItemOf, panelItemOf, planOf, type Wanted, type Write } from './plan.js'
import {
  obstacleOf,
  type PublishChange,
  type PublishedPart,
  type PublishObstacle,
  type PublishReport,
} from './report.js'

/** Options of {@link publish}. */
export interface PublishOptions {
  /**
   * Scenes that get a panel with the commands. Default: all four. The panel of private chats remembers the menu too: without
   * `'c2c'`, every menu that differs stands in the way.
   */
  readonly scopes?: readonly PanelScope[]
  /**
   * The menu of private chats: names of commands, and whole items such as links and switches. `false` leaves the menu alone.
   * Default: all commands that are not hidden.
   */
  readonly menu?: false | readonly (string | MenuItem)[]
  /** Compares and reports, and changes nothing. Default `false`. */
  readonly dryRun?: boolean
  /** Parts to replace although they were written by hand or by another program: `'menu'`, and ids of panels as an obstacle names them. */
  readonly overwrite?: readonly string[]
  /** Stops it between two calls. */
  readonly signal?: AbortSignal
}

const SCOPES: readonly PanelScope[] = ['c2c', 'group', 'channel', 'dm']

const MENU =
  "must be false, or a list of command names and items: ['ping', { name: 'Help', type: 'link', link }]"
const OVERWRITE = "must be a list of 'menu' and ids of panels"

const entries = {
  scopes: v.optional(
    v.array(v.picklist(SCOPES, 'must be c2c, group, channel or dm'), 'must be a list of scenes'),
  ),
  menu: v.optional(
    v.union([v.literal(false), v.array(v.union([v.string(), v.looseObject({ name: v.string() })]))], MENU),
  ),
  dryRun: v.optional(v.boolean('must be true or false')),
  overwrite: v.optional(texts(OVERWRITE)),
  signal: v.optional(v.instance(AbortSignal, 'must be an AbortSignal')),
}

const isShown = ({ hidden }: Command): boolean => hidden !== true

/** @throws PublishError `unknown_command` */
const menuOf = (
  menu: PublishOptions['menu'],
  commands: readonly Command[],
  prefix: string,
): readonly MenuItem[] | null => {
  if (menu === false) return null
  if (menu === undefined) return commands.filter(isShown).map((command) => menuItemOf(command, prefix))
  return menu.map((entry) => {
    if (typeof entry !== 'string') return entry
    const command = commands.find((one) => commandNames(one).includes(entry))
    const names = commands.flatMap(commandNames)
    if (!command) throw new PublishError('unknown_command', entry + didYouMean(entry, names))
    return menuItemOf({ ...command, name: entry }, prefix)
  })
}

/** Refusals that say that the bot may not do this, whatever it writes (§2.8). */
const isPermission = (error: RestError): boolean => error.facts?.class === 'auth'

/** A refusal as an obstacle. @throws anything else */
const obstacleOr = (part: PublishedPart, error: unknown): PublishObstacle => {
  if (!RestError.is(error) || error.situation !== 'refused' || error.code.startsWith('token_')) throw error
  return isPermission(error)
    ? obstacleOf(part, 'no_permission', String(error.errCode), error)
    : obstacleOf(part, 'refused', error.message, error)
}

const isItems = (items: unknown): boolean =>
  Array.isArray(items) &&
  items.every(
    (item: unknown) =>
      typeof item === 'object' && item !== null && typeof Reflect.get(item, 'name') === 'string',
  )

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/** Whether an answer has a menu that can be compared, or none. What is no object has been refused by the client. */
const isMenu = (answer: unknown): boolean => {
  if (!isObject(answer)) return false
  const { menu } = answer
  return (
    menu === undefined ||
    menu === null ||
    (isObject(menu) && (menu.items === undefined || isItems(menu.items)))
  )
}

/** Whether a panel can be compared. Those for single users and groups are left alone, whatever they are. */
const isPanel = (record: unknown): boolean =>
  isObject(record) &&
  (record.target_type !== 'all' || (isObject(record.panel) && isItems(record.panel.items)))

/** Reads everything that is compared, and collects what may not be read. */
const read = async (
  api: Api,
  { scopes, menu }: Wanted,
): Promise<{ readonly found: Found; readonly obstacles: readonly PublishObstacle[] }> => {
  const obstacles: PublishObstacle[] = []
  const panels: PanelRecord[] = []
  let found: Found['menu'] = null
  if (menu) {
    try {
      const answer = await api.menu.get()
      if (isMenu(answer)) found = answer.menu ?? null
      else obstacles.push(obstacleOf('menu', 'unreadable'))
    } catch (error) {
      obstacles.push(obstacleOr('menu', error))
    }
  }
  for (const scope of scopes) {
    try {
      const some: PanelRecord[] = []
      for await (const panel of api.panels.all({ scope })) some.push(panel)
      if (some.every(isPanel)) panels.push(...some)
      else obstacles.push(obstacleOf(`panel ${scope}`, 'unreadable'))
    } catch (error) {
      obstacles.push(obstacleOr(`panel ${scope}`, error))
    }
  }
  return { found: { panels, menu: found }, obstacles }
}

/** One call for each kind of write. */
const write = async (api: Api, one: Write): Promise<void> => {
  if (one.kind === 'menu') await api.menu.set({ menu: one.menu })
  else if (one.kind === 'create')
    await api.panels.create({ scope: one.scope, target_type: 'all', panel: one.panel })
  else if (one.kind === 'update') await api.panels.update(one.id, { panel: one.panel })
  else await api.panels.delete(one.id)
}

const blocked = (report: PublishReport): PublishError =>
  new PublishError('publish_blocked', report.obstacles.map(({ message }) => message).join('; '), report)

/**
 * Makes the panels and the menu of the platform agree with the registered commands
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}). It compares first, and changes only
 * what differs. What it wrote it recognises by the `remark` of its panels; panels for single users and groups are left alone. A
 * part that was written or edited by hand stands in the way until `overwrite` names it, and then nothing is changed.
 *
 * @example
 * const { done } = await publish(bot)
 * for (const { part, action, added } of done) console.log(part, action, ...added)
 * @throws PublishError `publish_blocked` with the obstacles, `unknown_command`, `no_bot`; OptionsError; the errors of `rest.request`
 */
export const publish = async (bot: Bot, options: PublishOptions = {}): Promise<PublishReport> => {
  const facts = Bot.factsOf(bot)
  if (!facts) throw new PublishError('no_bot')
  checkMiddlewareOptions('publish', entries, options)
  const { scopes = SCOPES, menu, dryRun = false, overwrite = [], signal } = options
  const { commands, prefix } = facts.handlers
  const wanted: Wanted = {
    scopes,
    items: commands.filter(isShown).map((command) => panelItemOf(command, prefix)),
    menu: menuOf(menu, commands, prefix),
    overwrite: new Set(overwrite),
  }
  const { found, obstacles: unread } = await read(bot.api, wanted)
  const steps = planOf(wanted, found)
  const unreadParts = new Set(unread.map(({ part }) => part))
  const obstacles = [
    ...unread,
    ...steps.flatMap((step) => (unreadParts.has(step.change.part) ? [] : step.obstacles)),
  ]
  const changes = steps.map(({ change }) => change).filter(({ part }) => !unreadParts.has(part))
  if (dryRun) return { changes, done: [], obstacles }
  if (obstacles.length > 0) throw blocked({ changes, done: [], obstacles })
  const done: PublishChange[] = []
  for (const step of steps) {
    signal?.throwIfAborted()
    try {
      // One call at a time: the platform refuses others meanwhile (40030009).
      for (const one of step.writes) await write(bot.api, one)
    } catch (error) {
      throw blocked({ changes, done, obstacles: [obstacleOr(step.change.part, error)] })
    }
    if (step.change.action !== 'keep') done.push(step.change)
  }
  return { changes, done, obstacles: [] }
}
