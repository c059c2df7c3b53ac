import { createHash } from 'node:crypto'

import {
  type Menu,
  type MenuItem,
  menuLimits,
  type Panel,
  type PanelItem,
  type PanelRecord,
  type PanelScope,
} from '@qqkit/protocol'

import type { Command } from '../events/command.js'
import { obstacleOf, type PublishChange, type PublishedPart, type PublishObstacle } from './report.js'

/** What the platform shall show. */
export interface Wanted {
  readonly scopes: readonly PanelScope[]
  readonly items: readonly PanelItem[]
  /** `null`: the menu is left alone. */
  readonly menu: readonly MenuItem[] | null
  /** Parts that may be replaced although `publish` did not write them: `'menu'` and ids of panels. */
  readonly overwrite: ReadonlySet<string>
}

/** What the platform shows now. */
export interface Found {
  readonly panels: readonly PanelRecord[]
  readonly menu: Menu | null
}

/** One call that changes the platform. */
export type Write =
  | { readonly kind: 'menu'; readonly menu: Menu }
  | { readonly kind: 'create'; readonly scope: PanelScope; readonly panel: Panel }
  | { readonly kind: 'update'; readonly id: string; readonly panel: Panel }
  | { readonly kind: 'delete'; readonly id: string }

/** One part with the calls that it needs, and what stands in the way of them. */
export interface Step {
  readonly change: PublishChange
  readonly writes: readonly Write[]
  readonly obstacles: readonly PublishObstacle[]
}

type Item = PanelItem | MenuItem

/** Fields that count in a comparison: the platform may add others, and defaults. */
const FIELDS = [
  'name',
  'desc',
  'type',
  'only_admin',
  'link',
  'send_message',
  'switch',
  'sub_menu_items',
] as const

const withoutDefaults = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutDefaults)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(
    ([, field]) => field !== undefined && field !== null && field !== false && field !== '',
  )
  return Object.fromEntries(
    entries
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, field]) => [key, withoutDefaults(field)]),
  )
}

const plainItem = (item: Item): string => {
  const fields: Partial<Record<string, unknown>> = { ...item }
  return JSON.stringify(withoutDefaults(Object.fromEntries(FIELDS.map((field) => [field, fields[field]]))))
}

const hashOf = (items: readonly Item[]): string =>
  createHash('sha256').update(items.map(plainItem).join('\n')).digest('hex').slice(0, 12)

/** What a panel remembers in its remark: the hashes of the items that `publish` wrote last, here and in the menu. */
interface Mark {
  readonly panel: string
  readonly menu: string
}

const MARK = /^qqkit panel=(\w+) menu=([\w-]+)$/

const readMark = ({ panel }: PanelRecord): Mark | null => {
  const [, hash, menu] = MARK.exec(panel.remark ?? '') ?? []
  return hash !== undefined && menu !== undefined ? { panel: hash, menu } : null
}

const remarkOf = ({ panel, menu }: Mark): string => `qqkit panel=${panel} menu=${menu}`

const NONE = '-'

/** A command as an item of a panel. */
export const panelItemOf = ({ name, description, usage }: Command, prefix: string): PanelItem => {
  const text = Array.from(description ?? usage ?? '')
  const most = menuLimits.panelDescLength
  const desc = text.length > most ? `${text.slice(0, most - 1).join('')}…` : text.join('')
  return { name: prefix + name, type: 'command', ...(desc && { desc }) }
}

/** A command as an item of the menu, which sends it. */
export const menuItemOf = ({ name }: Command, prefix: string): MenuItem => ({
  name,
  type: 'send_message',
  send_message: prefix + name,
})

const widthOf = (name: string): number =>
  Array.from(name).length + Array.from(name.matchAll(/\p{Script=Han}/gu)).length

const limitsOf = (
  part: PublishedPart,
): { readonly items: number; readonly fits: (name: string) => boolean } =>
  part === 'menu'
    ? { items: menuLimits.items, fits: (name) => widthOf(name) <= menuLimits.nameLength }
    : {
        items: menuLimits.panelItems,
        fits: (name) => Array.from(name).length <= menuLimits.panelNameLength,
      }

const limitObstacles = (part: PublishedPart, items: readonly Item[]): readonly PublishObstacle[] => {
  const limits = limitsOf(part)
  const tooLong = items.filter(({ name }) => !limits.fits(name))
  return [
    ...(items.length > limits.items ? [obstacleOf(part, 'too_many', String(limits.items))] : []),
    ...tooLong.map(({ name }) => obstacleOf(part, 'name_too_long', name)),
  ]
}

const compare = (
  part: PublishedPart,
  before: readonly Item[] | null,
  after: readonly Item[] | null,
): PublishChange => {
  const old = new Map((before ?? []).map((item) => [item.name, plainItem(item)]))
  const names = new Set((after ?? []).map(({ name }) => name))
  const same = before && after && hashOf(before) === hashOf(after)
  const [there, wanted] = [(before ?? []).length > 0, (after ?? []).length > 0]
  return {
    part,
    action: same || (!there && !wanted) ? 'keep' : !there ? 'create' : wanted ? 'update' : 'delete',
    added: [...names].filter((name) => !old.has(name)),
    changed: (after ?? []).flatMap((item) =>
      old.has(item.name) && old.get(item.name) !== plainItem(item) ? [item.name] : [],
    ),
    removed: [...old.keys()].filter((name) => !names.has(name)),
  }
}

/** The panels of a scope: the one that `publish` keeps, and others of it that an interrupted or doubled call left. */
const panelsOf = (
  { panels }: Found,
  scope: PanelScope,
): {
  readonly own: PanelRecord | null
  readonly spare: readonly PanelRecord[]
  readonly foreign: readonly PanelRecord[]
} => {
  const global = panels.filter((one) => one.scope === scope && one.target_type === 'all')
  const [own = null, ...spare] = global.filter((one) => readMark(one))
  return { own, spare, foreign: global.filter((one) => !readMark(one)) }
}

const isEdited = (record: PanelRecord): boolean => readMark(record)?.panel !== hashOf(record.panel.items)

const planMenu = ({ menu, overwrite }: Wanted, found: Found, known: string): Step => {
  const before = found.menu?.items ?? []
  const after = menu ?? before
  const change = compare('menu', before, after)
  const isKeep = change.action === 'keep'
  const mayReplace = isKeep || before.length === 0 || hashOf(before) === known || overwrite.has('menu')
  const reason = known === NONE ? 'foreign' : 'edited'
  return {
    change,
    writes: isKeep ? [] : [{ kind: 'menu', menu: { items: after } }],
    obstacles: [
      ...(menu ? limitObstacles('menu', menu) : []),
      ...(mayReplace ? [] : [obstacleOf('menu', reason, 'menu')]),
    ],
  }
}

const planPanel = (wanted: Wanted, found: Found, scope: PanelScope, menu: string): Step => {
  const part = `panel ${scope}` as const
  const { items, overwrite } = wanted
  const { own, spare, foreign } = panelsOf(found, scope)
  const limits = limitObstacles(part, items)
  const equal = foreign.find(({ panel }) => hashOf(panel.items) === hashOf(items))
  // A panel that shows the same already is left as it was made.
  if (!own && equal) return { change: compare(part, equal.panel.items, items), writes: [], obstacles: limits }
  const taken = own ?? foreign.find(({ panel_id: id }) => overwrite.has(id)) ?? null
  const change = compare(part, taken?.panel.items ?? null, items)
  const panel: Panel = { items, remark: remarkOf({ panel: hashOf(items), menu }) }
  const touched = [...(own && change.action !== 'keep' ? [own] : []), ...spare]
  const edited = touched.filter((one) => isEdited(one) && !overwrite.has(one.panel_id))
  const strange = taken || items.length === 0 ? [] : foreign
  return {
    change,
    writes: [
      ...writesOf(scope, taken, panel),
      ...spare.map(({ panel_id: id }): Write => ({ kind: 'delete', id })),
    ],
    obstacles: [
      ...limits,
      ...edited.map(({ panel_id: id }) => obstacleOf(part, 'edited', id)),
      ...strange.map(({ panel_id: id }) => obstacleOf(part, 'foreign', id)),
    ],
  }
}

const writesOf = (scope: PanelScope, taken: PanelRecord | null, panel: Panel): readonly Write[] => {
  if (!taken) return panel.items.length === 0 ? [] : [{ kind: 'create', scope, panel }]
  const id = taken.panel_id
  if (panel.items.length === 0) return [{ kind: 'delete', id }]
  const isSame = taken.panel.remark === panel.remark && !isEdited(taken)
  return isSame ? [] : [{ kind: 'update', id, panel }]
}

/**
 * Compares what the platform shall show with what it shows. The menu comes first: the panel of private chats remembers it, so
 * that a call that is interrupted between the two finds the menu as it is wanted.
 */
export const planOf = (wanted: Wanted, found: Found): readonly Step[] => {
  const { own } = panelsOf(found, 'c2c')
  const known = (own && readMark(own)?.menu) ?? NONE
  const menu = wanted.menu === null ? known : hashOf(wanted.menu)
  return [
    ...(wanted.menu === null ? [] : [planMenu(wanted, found, known)]),
    ...wanted.scopes.map((scope) => planPanel(wanted, found, scope, scope === 'c2c' ? menu : NONE)),
  ]
}
