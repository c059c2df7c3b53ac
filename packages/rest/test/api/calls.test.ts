import { expect, it } from 'vitest'

import { restHarness } from '../support/rest-harness.js'
import { botRows } from './tables/bot.js'
import { channelRows } from './tables/channels.js'
import { groupRows } from './tables/groups.js'
import { guildRows } from './tables/guilds.js'
import { menuRows } from './tables/menu.js'
import { messageRows } from './tables/messages.js'

const rows = [...botRows, ...messageRows, ...groupRows, ...menuRows, ...guildRows, ...channelRows]

it.each(rows.map((row) => [row.endpoint, row] as const))('%s', async (endpoint, row) => {
  const reply = 'answer' in row ? { status: 200, body: row.answer } : { status: 204 }
  const { rest, calls } = restHarness([reply])
  const result = await row.call(rest)
  expect(calls).toHaveLength(1)
  expect(`${calls[0]?.method} ${calls[0]?.path}`).toBe(`${endpoint.split(' ')[0]} ${row.path}`)
  expect(calls[0]?.body).toEqual(row.body)
  expect(result).toEqual('result' in row ? row.result : row.answer)
})
