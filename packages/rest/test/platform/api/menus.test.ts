import { expect, it } from 'vitest'

import { all, onPlatform } from '../../support/on-platform.js'

const help = { name: '帮助', type: 'send_message', send_message: '/help' } as const
const panel = { items: [{ name: '/help', desc: 'what I can do', type: 'command' }], remark: 'first' } as const

it('the menu is replaced as a whole (§5.9)', async () =>
  onPlatform(async ({ sim, api }) => {
    expect(await api.menu.get()).toEqual({ version: 0 })
    expect(await api.menu.set({ menu: { items: [help] } })).toEqual({ version: 1 })
    expect(await api.menu.get()).toEqual({ version: 1, menu: { items: [help] } })
    expect(sim.user('ann').choose('帮助')).not.toBeNull()
  }))

it('panels are made, listed page by page, aimed and deleted (§5.9)', async () =>
  onPlatform(
    async ({ sim, api }) => {
      const ids: string[] = []
      for (let n = 0; n < 7; n += 1) ids.push((await api.panels.create({ scope: 'c2c', panel })).panel_id)
      const records = await all(api.panels.all({ scope: 'c2c', limit: 3 }))
      expect(records.map(({ panel_id: id }) => id).toSorted()).toEqual(ids.toSorted())
      expect(await all(api.panels.all({ scope: 'dm' }))).toEqual([])
      expect(await api.panels.list({ scope: 'group' })).toMatchObject({ is_end: true })

      const { panel_id: id } = await api.panels.create({
        scope: 'c2c',
        target_type: 'specific',
        user_openids: [sim.user('ann').id],
        panel,
      })
      await api.panels.changeTargets(id, { op: 'add', user_openids: [sim.user('bob').id] })
      expect(await api.panels.update(id, { panel: { items: panel.items } })).toEqual({ version: 2 })
      expect(await api.panels.get(id)).toMatchObject({
        user_openids: [sim.user('ann').id, sim.user('bob').id],
        panel: { items: panel.items },
      })
      await api.panels.delete(id)
      await expect(api.panels.get(id)).rejects.toMatchObject({ errCode: 40030006 })
    },
    { limits: false },
    { limits: false },
  ))

it('a share link brings its data along (§5.9)', async () =>
  onPlatform(async ({ sim, api }) => {
    const link = await api.shareLinks.create({ callback_data: 'campaign-1' })
    expect(link).toMatch(/^https:/)
    expect(sim.user('ann').befriend({ link })).toBeTypeOf('string')
  }))
