import { PERSON, type Row } from './row.js'

const menu = {
  menu: {
    items: [
      { name: '帮助', type: 'send_message', send_message: '/help' },
      { name: 'More', type: 'menu', sub_menu_items: [{ name: 'Docs', type: 'link', link: 'https://a.b' }] },
    ],
  },
} as const
const panel = { items: [{ name: '/help', desc: 'what I can do', type: 'command' }], remark: 'first' } as const
const record = { panel_id: 'p-1', scope: 'c2c', target_type: 'all', panel, version: 1 }

/** §5.9. */
export const menuRows: readonly Row[] = [
  {
    endpoint: 'GET /v2/menu',
    call: (rest) => rest.api.menu.get(),
    path: '/v2/menu',
    answer: { version: 2, ...menu },
  },
  {
    endpoint: 'PUT /v2/menu',
    call: (rest) => rest.api.menu.set(menu),
    path: '/v2/menu',
    body: menu,
    answer: { version: 3 },
  },
  {
    endpoint: 'GET /v2/panels',
    call: (rest) => rest.api.panels.list({ scope: 'c2c', limit: 50 }),
    path: '/v2/panels?scope=c2c&limit=50',
    answer: { records: [record], next_cursor: '', is_end: true },
  },
  {
    endpoint: 'POST /v2/panels',
    call: (rest) => rest.api.panels.create({ scope: 'c2c', panel }),
    path: '/v2/panels',
    body: { scope: 'c2c', panel },
    answer: { panel_id: 'p-1' },
  },
  {
    endpoint: 'GET /v2/panels/{panel_id}',
    call: (rest) => rest.api.panels.get('p-1'),
    path: '/v2/panels/p-1',
    answer: record,
  },
  {
    endpoint: 'PUT /v2/panels/{panel_id}',
    call: (rest) => rest.api.panels.update('p-1', { panel }),
    path: '/v2/panels/p-1',
    body: { panel },
    answer: { version: 2 },
  },
  {
    endpoint: 'DELETE /v2/panels/{panel_id}',
    call: (rest) => rest.api.panels.delete('p-1'),
    path: '/v2/panels/p-1',
  },
  {
    endpoint: 'PUT /v2/panels/{panel_id}/target',
    call: (rest) => rest.api.panels.changeTargets('p-1', { op: 'add', user_openids: [PERSON] }),
    path: '/v2/panels/p-1/target',
    body: { op: 'add', user_openids: [PERSON] },
  },
]
