import { CHANNEL, GUILD, MESSAGE, USER, type Row } from './row.js'

const pins = { guild_id: GUILD, channel_id: CHANNEL, message_ids: [MESSAGE] }
const fields = {
  name: 'meeting',
  start_timestamp: '1790000000000',
  end_timestamp: '1790003600000',
  jump_channel_id: '0',
  remind_type: '1',
} as const
const schedule = { id: 'sch-1', ...fields, creator: { user: { id: USER } } }
const thread = {
  guild_id: GUILD,
  channel_id: CHANNEL,
  author_id: USER,
  thread_info: {
    thread_id: 'B_abcX60-1790000000',
    title: 't',
    content: '{}',
    date_time: '2026-09-01T09:00:00+08:00',
  },
}
const draft = { title: 'Plan', content: '# text', format: 3 } as const
const comment = { thread_author: USER, content: 'well said' }

/** §5.11: pins, schedules, audio, forum, numbers. */
export const channelRows: readonly Row[] = [
  {
    endpoint: 'PUT /channels/{channel_id}/pins/{message_id}',
    call: (rest) => rest.api.pins.add(CHANNEL, MESSAGE),
    path: `/channels/${CHANNEL}/pins/${MESSAGE}`,
    answer: pins,
  },
  {
    endpoint: 'GET /channels/{channel_id}/pins',
    call: (rest) => rest.api.pins.get(CHANNEL),
    path: `/channels/${CHANNEL}/pins`,
    answer: pins,
  },
  {
    endpoint: 'DELETE /channels/{channel_id}/pins/{message_id}',
    call: (rest) => rest.api.pins.remove(CHANNEL, 'all'),
    path: `/channels/${CHANNEL}/pins/all`,
  },
  {
    endpoint: 'GET /channels/{channel_id}/schedules',
    call: (rest) => rest.api.schedules.list(CHANNEL, { since: '1790000000000' }),
    path: `/channels/${CHANNEL}/schedules?since=1790000000000`,
    body: { since: '1790000000000' },
    answer: [schedule],
  },
  {
    endpoint: 'GET /channels/{channel_id}/schedules',
    call: (rest) => rest.api.schedules.list(CHANNEL),
    path: `/channels/${CHANNEL}/schedules`,
    answer: [schedule],
  },
  {
    endpoint: 'GET /channels/{channel_id}/schedules/{schedule_id}',
    call: (rest) => rest.api.schedules.get(CHANNEL, 'sch-1'),
    path: `/channels/${CHANNEL}/schedules/sch-1`,
    answer: schedule,
  },
  {
    endpoint: 'POST /channels/{channel_id}/schedules',
    call: (rest) => rest.api.schedules.create(CHANNEL, { schedule: fields }),
    path: `/channels/${CHANNEL}/schedules`,
    body: { schedule: fields },
    answer: schedule,
  },
  {
    endpoint: 'PATCH /channels/{channel_id}/schedules/{schedule_id}',
    call: (rest) => rest.api.schedules.update(CHANNEL, 'sch-1', { schedule: fields }),
    path: `/channels/${CHANNEL}/schedules/sch-1`,
    body: { schedule: fields },
    answer: schedule,
  },
  {
    endpoint: 'DELETE /channels/{channel_id}/schedules/{schedule_id}',
    call: (rest) => rest.api.schedules.delete(CHANNEL, 'sch-1'),
    path: `/channels/${CHANNEL}/schedules/sch-1`,
  },
  {
    endpoint: 'POST /channels/{channel_id}/audio',
    call: (rest) => rest.api.audio.control(CHANNEL, { audio_url: 'https://a.b/c.mp3', text: 'c', status: 0 }),
    path: `/channels/${CHANNEL}/audio`,
    body: { audio_url: 'https://a.b/c.mp3', text: 'c', status: 0 },
    answer: {},
    result: undefined,
  },
  {
    endpoint: 'PUT /channels/{channel_id}/mic',
    call: (rest) => rest.api.mic.on(CHANNEL),
    path: `/channels/${CHANNEL}/mic`,
    answer: {},
    result: undefined,
  },
  {
    endpoint: 'DELETE /channels/{channel_id}/mic',
    call: (rest) => rest.api.mic.off(CHANNEL),
    path: `/channels/${CHANNEL}/mic`,
    answer: {},
    result: undefined,
  },
  {
    endpoint: 'GET /channels/{channel_id}/threads',
    call: (rest) => rest.api.threads.list(CHANNEL),
    path: `/channels/${CHANNEL}/threads`,
    answer: { threads: [thread], is_finish: 1 },
  },
  {
    endpoint: 'GET /channels/{channel_id}/threads/{thread_id}',
    call: (rest) => rest.api.threads.get(CHANNEL, 'B_abcX60-1790000000'),
    path: `/channels/${CHANNEL}/threads/B_abcX60-1790000000`,
    answer: { thread },
  },
  {
    endpoint: 'PUT /channels/{channel_id}/threads',
    call: (rest) => rest.api.threads.create(CHANNEL, draft),
    path: `/channels/${CHANNEL}/threads`,
    body: draft,
    answer: { task_id: 'task-1', create_time: '1790000005' },
  },
  {
    endpoint: 'DELETE /channels/{channel_id}/threads/{thread_id}',
    call: (rest) => rest.api.threads.delete(CHANNEL, 'B_abcX60-1790000000'),
    path: `/channels/${CHANNEL}/threads/B_abcX60-1790000000`,
  },
  {
    endpoint: 'POST /channels/{channel_id}/threads/{thread_id}/comment',
    call: (rest) => rest.api.threads.comment(CHANNEL, 'B_abcX60-1790000000', comment),
    path: `/channels/${CHANNEL}/threads/B_abcX60-1790000000/comment`,
    body: comment,
    answer: { task_id: 'task-2' },
  },
  {
    endpoint: 'GET /channels/{channel_id}/online_nums',
    call: (rest) => rest.api.channels.onlineNumber(CHANNEL),
    path: `/channels/${CHANNEL}/online_nums`,
    answer: { online_nums: 1 },
  },
  {
    endpoint: 'GET /channels/{channel_id}/voice/members',
    call: (rest) => rest.api.channels.voiceMembers(CHANNEL),
    path: `/channels/${CHANNEL}/voice/members`,
    answer: [{ user: { id: USER } }],
  },
]
