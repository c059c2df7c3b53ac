import { DAY, repeat, type Bad } from './bad.js'
import { CHANNEL, GUILD, MESSAGE, ROLE, USER } from './row.js'

const schedule = { name: 'x', start_timestamp: '1000', end_timestamp: '2000' }

/** Wrong calls of §5.10 and §5.11. */
export const badGuilds: readonly Bad[] = [
  // §5.10
  ['an edit of nothing', (api) => api.messages.edit(CHANNEL, MESSAGE, {}), 'body', null],
  [
    'an edit with too many rows',
    (api) =>
      api.messages.edit(CHANNEL, MESSAGE, {
        keyboard: {
          content: {
            rows: repeat(6, { buttons: [{ render_data: { label: 'a' }, action: { type: 1 } }] }),
          },
        },
      }),
    'keyboard.content.rows',
    5,
  ],
  ['a DM with nobody', (api) => api.dms.open({ source_guild_id: GUILD } as never), 'recipient_id', null],
  [
    'a guide without guild',
    (api) => api.messageSettings.sendDmGuide('9', { setting_guide: {} as never }),
    'setting_guide.guild_id',
    null,
  ],
  // §5.11
  ['a channel without name', (api) => api.channels.create(GUILD, { type: 0 } as never), 'name', null],
  ['no change to a channel', (api) => api.channels.update(CHANNEL, {}), 'body', null],
  [
    'history of 5 days',
    (api) => api.members.remove(GUILD, USER, { delete_history_msg_days: 5 as never }),
    'delete_history_msg_days',
    null,
  ],
  ['a role of nothing', (api) => api.roles.create(GUILD, {}), 'body', null],
  [
    'a colour out of range',
    (api) => api.roles.update(GUILD, ROLE, { color: 2 ** 32 }),
    'color',
    4_294_967_295,
  ],
  ['a channel admin of no channel', (api) => api.roles.give(GUILD, USER, '5'), 'channel', null],
  ['the same taken', (api) => api.roles.take(GUILD, USER, '5', {}), 'channel', null],
  [
    'a mask as a number',
    (api) => api.permissions.setForMember(CHANNEL, USER, { add: 4 as never }),
    'add',
    null,
  ],
  ['no mask', (api) => api.permissions.setForRole(CHANNEL, ROLE, {}), 'body', null],
  [
    'seconds as a number',
    (api) => api.members.mute(GUILD, USER, { mute_seconds: 60 as never }),
    'mute_seconds',
    null,
  ],
  ['a mute of no time', (api) => api.guilds.mute(GUILD, {}), 'body', null],
  [
    'a mute of nobody in particular',
    (api) => api.members.muteSeveral(GUILD, { mute_seconds: '1', user_ids: 'a' as never }),
    'user_ids',
    null,
  ],
  [
    'a mute of several that names nobody',
    (api) => api.members.muteSeveral(GUILD, { mute_seconds: '1', user_ids: [] }),
    'user_ids',
    null,
  ],
  [
    'a mute of several without names',
    (api) => api.members.muteSeveral(GUILD, { mute_seconds: '1' } as never),
    'user_ids',
    null,
  ],
  ['the same by number', (api) => api.roles.give(GUILD, USER, 5 as never), 'channel', null],
  ['an announcement of nothing', (api) => api.announces.create(GUILD, {}), 'body', null],
  [
    'too many recommendations',
    (api) =>
      api.announces.create(GUILD, { recommend_channels: repeat(4, { channel_id: '1', introduce: 'x' }) }),
    'recommend_channels',
    3,
  ],
  [
    'a schedule that ends before it starts',
    (api) => api.schedules.create(CHANNEL, { schedule: { ...schedule, end_timestamp: '999' } }),
    'schedule',
    null,
  ],
  [
    'a schedule without times',
    (api) => api.schedules.create(CHANNEL, { schedule: { name: 'x' } as never }),
    'schedule.start_timestamp',
    null,
  ],
  [
    'a schedule of eight days',
    (api) =>
      api.schedules.update(CHANNEL, 's', { schedule: { ...schedule, end_timestamp: String(8 * DAY) } }),
    'schedule',
    7,
  ],
  [
    'a time as a number',
    (api) => api.schedules.create(CHANNEL, { schedule: { ...schedule, start_timestamp: 5 as never } }),
    'schedule.start_timestamp',
    null,
  ],
  [
    'an unknown reminder',
    (api) => api.schedules.create(CHANNEL, { schedule: { ...schedule, remind_type: '7' as never } }),
    'schedule.remind_type',
    null,
  ],
  ['an unknown audio status', (api) => api.audio.control(CHANNEL, { status: 4 as never }), 'status', null],
  [
    'a thread without title',
    (api) => api.threads.create(CHANNEL, { title: '', content: 'x', format: 1 }),
    'title',
    null,
  ],
  [
    'a demand for nothing',
    (api) => api.apiPermissions.demand(GUILD, { channel_id: '1', desc: 'x' } as never),
    'api_identify',
    null,
  ],
]
