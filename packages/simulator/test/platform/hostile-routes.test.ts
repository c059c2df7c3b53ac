import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { routes } from '../../src/core/calls/routes.js'
import { getToken, identified, memoryClient } from '../support/clients.js'

/** Names of fields of all kinds of bodies and queries, so that random values reach the checks behind the first. */
const FIELDS =
  `op member_openids member_openid join_request_id reject_reason add_to_member_blacklist members limit
  start_index mute_expire_at group_openids group_ids is_enable expire_at remark group_action whitelist_users cursor
  before after name type sub_type position parent_id private_type private_user_ids speak_permission color hoist channel
  add remove mute_end_timestamp mute_seconds user_ids add_blacklist delete_history_msg_days
  around cookie setting_guide content recipient_id source_guild_id
  menu items panel scope target_type user_openids callback_data
  schedule since announces_type recommend_channels audio_url text status title format thread_author channel_id
  api_identify desc message_id start_timestamp end_timestamp`.split(/\s+/)

const value = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom('add', 'del', 'approve', 'on', 'off', 'all', '0', '1', 1, 2, -1, 1e300, null, true),
  fc.array(fc.oneof(fc.string(), fc.jsonValue({ maxDepth: 1 })), { maxLength: 3 }),
)

const fields = fc.dictionary(fc.constantFrom(...FIELDS), value, { maxKeys: 8 })

const query = fc
  .dictionary(fc.constantFrom(...FIELDS), fc.oneof(fc.string(), fc.integer().map(String)), { maxKeys: 3 })
  .map((pairs) => new URLSearchParams(pairs).toString())

const body = fc.oneof(
  { weight: 1, arbitrary: fc.json() },
  { weight: 4, arbitrary: fields.map((it) => JSON.stringify(it)) },
)

/** A 500 is a defect of the simulator here, so the platform's own final refusals get 400 (§2.9). */
const live = { refusalStatus: '400' } as const

describe('any request to a route', () => {
  it.each(routes.map(({ method, pattern }) => [method, pattern] as const))(
    'SM-01 %s %s gets the platform’s answer or a 4xx',
    async (method, pattern) => {
      const client = await memoryClient({ limits: false, memory: 100, live })
      const { sim } = client
      const token = await getToken(client)
      await identified(client, token)
      sim.group('room').setBotRole('admin')
      const known = [
        sim.user('ann').id,
        sim.group('room').id,
        sim.group('room').user('bob').personId,
        sim.channel('general').id,
        sim.channel('general').user('cat').say('hi').id,
        sim.channel('general').user('cat').personId,
        sim.guild().id,
        sim.dm('dan').id,
      ]
      const params = fc.array(fc.oneof(fc.constantFrom(...known), fc.string({ maxLength: 8 })), {
        minLength: 4,
        maxLength: 4,
      })
      await fc.assert(
        fc.asyncProperty(params, query, body, async (ids, search, text) => {
          let used = 0
          const path = pattern.replaceAll('{}', () =>
            encodeURIComponent(ids[used++ % 4] ?? '').replaceAll('.', '%2E'),
          )
          const sends = method !== 'GET' && method !== 'DELETE'
          const answer = await client.call(`${path}?${search}`, {
            method,
            token,
            ...(sends ? { body: text } : {}),
          })
          expect(answer.status).toBeGreaterThanOrEqual(200)
          expect(answer.status).toBeLessThan(500)
          expect(answer.headers['x-tps-trace-id']).toMatch(/^[0-9a-f]{32}$/)
        }),
        { numRuns: 25 },
      )
      await client.close()
    },
  )
})
