import type { Row } from './row.js'

const me = { id: '1000000000000000001', username: 'tst-bot', avatar: 'https://example.test/a.png' }
const guild = {
  id: '1',
  name: 'home',
  icon: '',
  owner_id: '2',
  owner: false,
  member_count: 3,
  max_members: 300,
}
const session = { session_id: 's-1' }

/** §5.1, and the share link of §5.9. */
export const botRows: readonly Row[] = [
  { endpoint: 'GET /users/@me', call: (rest) => rest.api.me.get(), path: '/users/@me', answer: me },
  {
    endpoint: 'GET /users/@me/guilds',
    call: (rest) => rest.api.me.guilds({ after: '1', limit: 100 }),
    path: '/users/@me/guilds?after=1&limit=100',
    answer: [guild],
  },
  {
    endpoint: 'GET /gateway',
    call: (rest) => rest.api.gateway.url(),
    path: '/gateway',
    answer: { url: 'wss://platform.test/websocket' },
  },
  {
    endpoint: 'GET /gateway/bot',
    call: (rest) => rest.api.gateway.bot(),
    path: '/gateway/bot',
    answer: {
      url: 'wss://platform.test/websocket',
      shards: 1,
      session_start_limit: { total: 1000, remaining: 998, reset_after: 14_400_000, max_concurrency: 1 },
    },
  },
  {
    endpoint: 'POST /v2/generate_url_link',
    call: (rest) => rest.api.shareLinks.create({ callback_data: 'campaign-1' }),
    path: '/v2/generate_url_link',
    body: { callback_data: 'campaign-1' },
    answer: { data: { url: 'https://qun.example.test/x' } },
    result: 'https://qun.example.test/x',
  },
  {
    endpoint: 'POST /gateway/webhook/sessions',
    call: (rest) => rest.api.httpSessions.create({ callback_url: 'https://bot.test' }),
    path: '/gateway/webhook/sessions',
    body: { callback_url: 'https://bot.test' },
    answer: session,
  },
  {
    endpoint: 'GET /gateway/webhook/sessions',
    call: (rest) => rest.api.httpSessions.list(),
    path: '/gateway/webhook/sessions',
    answer: [session],
  },
  {
    endpoint: 'PATCH /gateway/webhook/sessions/{session_id}',
    call: (rest) => rest.api.httpSessions.check('s-1'),
    path: '/gateway/webhook/sessions/s-1?action=check',
    answer: session,
  },
  {
    endpoint: 'DELETE /gateway/webhook/sessions/{session_id}',
    call: (rest) => rest.api.httpSessions.delete('s-1'),
    path: '/gateway/webhook/sessions/s-1',
  },
]
