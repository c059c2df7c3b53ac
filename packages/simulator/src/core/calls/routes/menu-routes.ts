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
import type { Row } from './route.js'

/** Menu, panels and share links (§5.9). */
export const menuRoutes: readonly Row[] = [
  ['menu.get', 'GET', '/v2/menu', getMenu],
  ['menu.set', 'PUT', '/v2/menu', setMenu],
  ['panel.list', 'GET', '/v2/panels', listPanels],
  ['panel.create', 'POST', '/v2/panels', createPanel],
  ['panel.get', 'GET', '/v2/panels/{}', getPanel],
  ['panel.change', 'PUT', '/v2/panels/{}', changePanel],
  ['panel.delete', 'DELETE', '/v2/panels/{}', deletePanel],
  ['panel.target', 'PUT', '/v2/panels/{}/target', changeTargets],
  ['share-link.make', 'POST', '/v2/generate_url_link', makeShareLink],
]
