import { getMenu, setMenu } from '../../menu/menu-calls.js'
import {
  changePanel,
  changeTargets,
  createPanel,
  deletePanel,
  getPanel,
  listPanels,
} from '../../menu/panels.js'
import { makeShareLink } from '../../menu/share-links.js'
import { refuse } from '../../http/answers.js'
import type { Handler } from '../../http/call-context.js'
import type { MenuWorld } from '../../menu/state.js'
import type { Row } from './route.js'

/** A call that the platform has to open to the bot; others get 11253 (§2.8). */
const opened =
  (handler: Handler<MenuWorld>): Handler<MenuWorld> =>
  (world, context) =>
    context.bot.menus ? handler(world, context) : refuse(world, 11253)

/** Menu, panels and share links (§5.9). */
export const menuRoutes: readonly Row[] = [
  ['menu.get', 'GET', '/v2/menu', opened(getMenu)],
  ['menu.set', 'PUT', '/v2/menu', opened(setMenu)],
  ['panel.list', 'GET', '/v2/panels', opened(listPanels)],
  ['panel.create', 'POST', '/v2/panels', opened(createPanel)],
  ['panel.get', 'GET', '/v2/panels/{}', opened(getPanel)],
  ['panel.change', 'PUT', '/v2/panels/{}', opened(changePanel)],
  ['panel.delete', 'DELETE', '/v2/panels/{}', opened(deletePanel)],
  ['panel.target', 'PUT', '/v2/panels/{}/target', opened(changeTargets)],
  ['share-link.make', 'POST', '/v2/generate_url_link', makeShareLink],
]
