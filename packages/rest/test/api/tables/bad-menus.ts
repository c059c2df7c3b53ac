import { many, menuItem, panelItem, repeat, type Bad } from './bad.js'

/** Wrong calls of §5.1 and §5.9. */
export const badMenus: readonly Bad[] = [
  // §5.1, §5.9
  ['a long callback', (api) => api.shareLinks.create({ callback_data: 'x'.repeat(33) }), 'callback_data', 32],
  ['too many menu items', (api) => api.menu.set({ menu: { items: repeat(11, menuItem) } }), 'menu.items', 10],
  [
    'a wide menu name',
    (api) => api.menu.set({ menu: { items: [{ ...menuItem, name: '一二三四五六' }] } }),
    'menu.items[0].name',
    10,
  ],
  [
    'a menu link without https',
    (api) => api.menu.set({ menu: { items: [{ name: 'a', type: 'link', link: 'http://a.b' }] } }),
    'menu.items[0].link',
    null,
  ],
  [
    'too many sub items',
    (api) =>
      api.menu.set({
        menu: { items: [{ name: 'a', type: 'menu', sub_menu_items: repeat(6, menuItem) }] },
      }),
    'menu.items[0].sub_menu_items',
    5,
  ],
  [
    'a long sub name',
    (api) =>
      api.menu.set({
        menu: {
          items: [{ name: 'a', type: 'menu', sub_menu_items: [{ ...menuItem, name: 'x'.repeat(15) }] }],
        },
      }),
    'menu.items[0].sub_menu_items[0].name',
    14,
  ],
  [
    'a panel without items',
    (api) => api.panels.create({ scope: 'c2c', panel: { items: [] } }),
    'panel.items',
    1,
  ],
  [
    'too many panel items',
    (api) => api.panels.update('p', { panel: { items: repeat(21, panelItem) } }),
    'panel.items',
    20,
  ],
  [
    'a long panel name',
    (api) => api.panels.update('p', { panel: { items: [{ ...panelItem, name: 'x'.repeat(15) }] } }),
    'panel.items[0].name',
    14,
  ],
  [
    'a long description',
    (api) => api.panels.update('p', { panel: { items: [{ ...panelItem, desc: 'x'.repeat(31) }] } }),
    'panel.items[0].desc',
    30,
  ],
  [
    'a long remark',
    (api) => api.panels.update('p', { panel: { items: [panelItem], remark: 'x'.repeat(256) } }),
    'panel.remark',
    255,
  ],
  [
    'a panel for some in a channel',
    (api) => api.panels.create({ scope: 'channel', target_type: 'specific', panel: { items: [panelItem] } }),
    'body',
    null,
  ],
  [
    'too many targets',
    (api) => api.panels.changeTargets('p', { op: 'add', group_openids: many(21) }),
    'group_openids',
    20,
  ],
  ['no target', (api) => api.panels.changeTargets('p', { op: 'del' }), 'body', null],
]
