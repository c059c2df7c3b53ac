import { CHANNEL, GROUP, GUILD, MESSAGE, PERSON, USER, type Row } from './row.js'

const sent = { id: 'ROBOT1.0_tst.sent.0001', timestamp: '2026-09-01T09:08:09+08:00' }
const message = {
  id: MESSAGE,
  guild_id: GUILD,
  channel_id: CHANNEL,
  timestamp: sent.timestamp,
  author: { id: USER },
}
const link = {
  content: {
    rows: [{ buttons: [{ render_data: { label: 'Go' }, action: { type: 0, data: 'https://a.b' } }] }],
  },
} as const
const guide = { setting_guide: { guild_id: GUILD } }
const cat = { type: 1, id: '277' } as const

/** §5.2, §5.6, §5.7, §5.10. */
export const messageRows: readonly Row[] = [
  {
    endpoint: 'POST /v2/users/{user_openid}/messages',
    call: (rest) => rest.send({ scene: 'c2c', id: PERSON }, 'hi').then(({ id }) => id),
    path: `/v2/users/${PERSON}/messages`,
    body: { content: 'hi', msg_type: 0 },
    answer: sent,
    result: sent.id,
  },
  {
    endpoint: 'POST /v2/groups/{group_openid}/messages',
    call: (rest) => rest.send({ scene: 'group', id: GROUP }, 'hi').then(({ id }) => id),
    path: `/v2/groups/${GROUP}/messages`,
    body: { content: 'hi', msg_type: 0 },
    answer: sent,
    result: sent.id,
  },
  {
    endpoint: 'POST /channels/{channel_id}/messages',
    call: (rest) => rest.send({ scene: 'channel', id: CHANNEL }, 'hi').then(({ id }) => id),
    path: `/channels/${CHANNEL}/messages`,
    body: { content: 'hi' },
    answer: message,
    result: MESSAGE,
  },
  {
    endpoint: 'POST /dms/{guild_id}/messages',
    call: (rest) => rest.send({ scene: 'dm', id: GUILD }, 'hi').then(({ id }) => id),
    path: `/dms/${GUILD}/messages`,
    body: { content: 'hi' },
    answer: message,
    result: MESSAGE,
  },
  {
    endpoint: 'DELETE /v2/users/{user_openid}/messages/{message_id}',
    call: (rest) => rest.recall({ scene: 'c2c', id: PERSON }, 'ROBOT1.0_x!'),
    path: `/v2/users/${PERSON}/messages/ROBOT1.0_x%21`,
  },
  {
    endpoint: 'DELETE /v2/groups/{group_openid}/messages/{message_id}',
    call: (rest) => rest.recall({ scene: 'group', id: GROUP }, 'ROBOT1.0_x'),
    path: `/v2/groups/${GROUP}/messages/ROBOT1.0_x`,
  },
  {
    endpoint: 'DELETE /channels/{channel_id}/messages/{message_id}',
    call: (rest) => rest.api.messages.recall(CHANNEL, MESSAGE, { hidetip: true }),
    path: `/channels/${CHANNEL}/messages/${MESSAGE}?hidetip=true`,
  },
  {
    endpoint: 'DELETE /dms/{guild_id}/messages/{message_id}',
    call: (rest) => rest.api.dms.recall(GUILD, MESSAGE, { hidetip: false }),
    path: `/dms/${GUILD}/messages/${MESSAGE}?hidetip=false`,
  },
  {
    endpoint: 'PUT /interactions/{interaction_id}',
    call: (rest) => rest.interactions.ack('11111111-aaaa-4bbb-8ccc-000000000001'),
    path: '/interactions/11111111-aaaa-4bbb-8ccc-000000000001',
    body: { code: 0 },
  },
  {
    endpoint: 'GET /channels/{channel_id}/messages/{message_id}',
    call: (rest) => rest.api.messages.get(CHANNEL, MESSAGE),
    path: `/channels/${CHANNEL}/messages/${MESSAGE}`,
    answer: { message },
    result: message,
  },
  {
    endpoint: 'GET /channels/{channel_id}/messages/{message_id}',
    call: (rest) => rest.api.messages.get(CHANNEL, MESSAGE),
    path: `/channels/${CHANNEL}/messages/${MESSAGE}`,
    answer: message,
  },
  {
    endpoint: 'GET /channels/{channel_id}/messages',
    call: (rest) => rest.api.messages.list(CHANNEL, { around: MESSAGE, limit: 20 }),
    path: `/channels/${CHANNEL}/messages?around=${MESSAGE}&limit=20`,
    answer: [message],
  },
  {
    endpoint: 'PATCH /channels/{channel_id}/messages/{message_id}',
    call: (rest) => rest.api.messages.edit(CHANNEL, MESSAGE, { keyboard: link }),
    path: `/channels/${CHANNEL}/messages/${MESSAGE}`,
    body: { keyboard: link },
    answer: message,
  },
  {
    endpoint: 'POST /users/@me/dms',
    call: (rest) => rest.api.dms.open({ recipient_id: USER, source_guild_id: GUILD }),
    path: '/users/@me/dms',
    body: { recipient_id: USER, source_guild_id: GUILD },
    answer: { guild_id: '901', channel_id: '902', create_time: '1790000004' },
  },
  {
    endpoint: 'POST /channels/{channel_id}/settingguide',
    call: (rest) => rest.api.messageSettings.sendGuide(CHANNEL, { content: 'please' }),
    path: `/channels/${CHANNEL}/settingguide`,
    body: { content: 'please' },
    answer: message,
  },
  {
    endpoint: 'POST /channels/{channel_id}/settingguide',
    call: (rest) => rest.api.messageSettings.sendGuide(CHANNEL),
    path: `/channels/${CHANNEL}/settingguide`,
    body: {},
    answer: message,
  },
  {
    endpoint: 'POST /dms/{guild_id}/settingguide',
    call: (rest) => rest.api.messageSettings.sendDmGuide('901', guide),
    path: '/dms/901/settingguide',
    body: guide,
    answer: message,
  },
  {
    endpoint: 'GET /guilds/{guild_id}/message/setting',
    call: (rest) => rest.api.messageSettings.get(GUILD),
    path: `/guilds/${GUILD}/message/setting`,
    answer: {
      disable_create_dm: false,
      disable_push_msg: 'false',
      channel_ids: ['1'],
      channel_push_max_num: 20,
    },
  },
  {
    endpoint: 'PUT /channels/{channel_id}/messages/{message_id}/reactions/{type}/{id}',
    call: (rest) => rest.api.reactions.add(CHANNEL, MESSAGE, cat),
    path: `/channels/${CHANNEL}/messages/${MESSAGE}/reactions/1/277`,
  },
  {
    endpoint: 'DELETE /channels/{channel_id}/messages/{message_id}/reactions/{type}/{id}',
    call: (rest) => rest.api.reactions.remove(CHANNEL, MESSAGE, { type: 2, id: '😀' }),
    path: `/channels/${CHANNEL}/messages/${MESSAGE}/reactions/2/%F0%9F%98%80`,
  },
  {
    endpoint: 'GET /channels/{channel_id}/messages/{message_id}/reactions/{type}/{id}',
    call: (rest) => rest.api.reactions.users(CHANNEL, MESSAGE, cat, { cookie: 'c=1', limit: 50 }),
    path: `/channels/${CHANNEL}/messages/${MESSAGE}/reactions/1/277?cookie=c%3D1&limit=50`,
    answer: { users: [{ id: USER, username: 'abc', avatar: '' }], cookie: 'next', is_end: false },
  },
]
