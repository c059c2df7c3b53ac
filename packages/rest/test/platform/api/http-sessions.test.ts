import { expect, it } from 'vitest'

import { onPlatform } from '../../support/on-platform.js'

it('sessions of the old HTTP gateway are made, listed, checked and ended (§5.1)', async () =>
  onPlatform(async ({ api }) => {
    const made = await api.httpSessions.create({ callback_url: 'https://bot.test' })
    const { session_id: id } = made as { readonly session_id: string }
    expect(await api.httpSessions.list()).toMatchObject([{ session_id: id }])
    expect(await api.httpSessions.check(id)).toMatchObject({ session_id: id })
    expect(await api.httpSessions.delete(id)).toBeUndefined()
    expect(await api.httpSessions.list()).toEqual([])
    await expect(api.httpSessions.delete(id)).rejects.toMatchObject({ errCode: 12001 })
  }))
