import type { Simulator } from '../../src/index.js'
import type { WireAnswer } from './wire-client.js'

/** Calls with the bot's token, and shows the answer. */
export type Ask = (method: string, path: string, body?: unknown) => Promise<WireAnswer>

/** Administration calls of one part of the reference, with actions of people in between. */
export type AdministrationStory = (ask: Ask, sim: Simulator) => Promise<void>

const idIn = ({ json }: WireAnswer, field: string): string => {
  const value = json?.[field]
  return typeof value === 'string' ? value : ''
}

const BUTTON = {
  rows: [{ buttons: [{ id: 'b', render_data: { label: 'Go' }, action: { type: 1, data: 'go' } }] }],
}

/** Stories that together call every route of administration, most of them once well and once badly. */
export const administrationStories: Readonly<Record<string, AdministrationStory>> = {
  'the bot itself, its menu, panels and links (§5.1, §5.9)': async (ask, sim) => {
    for (const path of ['/users/@me', '/users/@me/guilds?limit=1', '/gateway', '/v2/menu'])
      await ask('GET', path)
    const session = idIn(await ask('POST', '/gateway/webhook/sessions', {}), 'session_id')
    await ask('GET', '/gateway/webhook/sessions')
    await ask('PATCH', `/gateway/webhook/sessions/${session}?action=check`)
    await ask('DELETE', `/gateway/webhook/sessions/${session}`)
    const item = { name: 'Help', type: 'send_message', send_message: '/help' }
    await ask('PUT', '/v2/menu', { menu: { items: [item] } })
    await ask('PUT', '/v2/menu', { menu: { items: [{ ...item, type: 'none' }] } })
    sim.user('ann').choose('Help')
    const panel = { items: [{ name: '/help', type: 'command' }] }
    const ann = [sim.user('ann').id]
    const body = { scope: 'c2c', target_type: 'specific', user_openids: ann, panel }
    const path = `/v2/panels/${idIn(await ask('POST', '/v2/panels', body), 'panel_id')}`
    await ask('GET', '/v2/panels?scope=c2c')
    await ask('GET', path)
    await ask('PUT', path, { panel })
    await ask('PUT', `${path}/target`, { op: 'del', user_openids: ann })
    await ask('DELETE', path)
    await ask('DELETE', path)
    await ask('POST', '/v2/generate_url_link', { callback_data: 'x' })
  },
  'groups (§5.8)': async (ask, sim) => {
    const room = sim.group('room')
    room.setBotRole('admin')
    for (const name of ['ann', 'bob']) room.user(name).join()
    const path = `/v2/groups/${room.id}`
    const ann = room.user('ann').personId
    for (const rest of ['info', 'bot_state', 'members', `members/${ann}`, 'members/x'])
      await ask('GET', `${path}/${rest}`)
    await ask('POST', `${path}/members`, { limit: 2, start_index: 0 })
    const members = [{ op: 'add', member_openid: ann, mute_expire_at: '1970-01-10T00:00:00+08:00' }]
    await ask('POST', `${path}/restrict_chat_setting`, { members })
    await ask('GET', `${path}/restrict_chat_setting`)
    const removal = { member_openids: [ann], add_to_member_blacklist: true }
    await ask('POST', `${path}/batch_remove_members`, removal)
    await ask('GET', `${path}/member_blacklist`)
    await ask('POST', `${path}/member_blacklist`, { op: 'del', member_openids: [ann] })
    const { id } = room.askToJoin('ann', { message: 'again' })
    await ask('GET', `${path}/join_request_list`)
    const verdict = { op: 'approve', join_request_id: id }
    for (let n = 0; n < 2; n += 1) await ask('POST', `${path}/approval_join_request/${ann}`, verdict)
    const said = room.user('bob').say('oops').id
    await ask('DELETE', `${path}/messages/${encodeURIComponent(said)}`)
  },
  'join strategies (§5.8)': async (ask, sim) => {
    const path = '/v2/groups/join_approval_strategy'
    const made = await ask('POST', path, { group_openids: [sim.group('room').id] })
    const own = `${path}/${idIn(made, 'strategy_id')}`
    await ask('GET', path)
    await ask('PATCH', own, { remark: 'x' })
    await ask('POST', `${own}/whitelist_users`, { op: 'add', whitelist_users: ['1'] })
    await ask('POST', `${own}/execute`, {})
    await ask('DELETE', own)
    await ask('POST', path, {})
  },
  'guilds and channels (§5.11)': async (ask, sim) => {
    const guild = `/guilds/${sim.guild().id}`
    for (const rest of ['', '/channels', '/roles', '/message/setting', '/api_permission'])
      await ask('GET', guild + rest)
    await ask('GET', '/guilds/1')
    const channel = `/channels/${idIn(await ask('POST', `${guild}/channels`, { name: 'news', type: 0 }), 'id')}`
    await ask('GET', channel)
    await ask('PATCH', channel, { name: 'old news' })
    await ask('GET', `${channel}/online_nums`)
    await ask('GET', `${channel}/voice/members`)
    await ask('DELETE', channel)
    await ask('DELETE', channel)
    sim.guild().grantApi('GET', '/guilds/{guild_id}/roles', false)
    const api_identify = { path: '/guilds/{guild_id}/roles', method: 'GET' }
    await ask('GET', `${guild}/roles`)
    const demand = { channel_id: sim.channel('general').id, api_identify, desc: 'please' }
    await ask('POST', `${guild}/api_permission/demand`, demand)
  },
  'members, roles and permissions (§5.11)': async (ask, sim) => {
    const guild = `/guilds/${sim.guild().id}`
    for (const name of ['ann', 'bob']) sim.guild().user(name).join()
    const ann = sim.guild().user('ann').id
    await ask('GET', `${guild}/members?limit=2`)
    await ask('GET', `${guild}/members/${ann}`)
    const role = idIn(await ask('POST', `${guild}/roles`, { name: 'helpers' }), 'role_id')
    await ask('PATCH', `${guild}/roles/${role}`, { hoist: 1 })
    await ask('PUT', `${guild}/members/${ann}/roles/${role}`)
    await ask('GET', `${guild}/roles/${role}/members`)
    await ask('DELETE', `${guild}/members/${ann}/roles/${role}`)
    await ask('DELETE', `${guild}/roles/${role}`)
    const channel = `/channels/${sim.channel('general').id}`
    for (const who of [`members/${ann}`, 'roles/1']) {
      await ask('PUT', `${channel}/${who}/permissions`, { remove: '4' })
      await ask('GET', `${channel}/${who}/permissions`)
    }
    await ask('PATCH', `${guild}/mute`, { mute_seconds: '10', user_ids: [ann] })
    await ask('PATCH', `${guild}/members/${ann}/mute`, { mute_seconds: '0' })
    await ask('DELETE', `${guild}/members/${ann}`, { add_blacklist: true })
    await ask('GET', `${guild}/members/${ann}`)
  },
  'messages of guilds (§5.10)': async (ask, sim) => {
    const general = sim.channel('general')
    const messages = `/channels/${general.id}/messages`
    const sent = `${messages}/${idIn(await ask('POST', messages, { content: 'x', keyboard: { content: BUTTON } }), 'id')}`
    await ask('GET', sent)
    await ask('PATCH', sent, { content: 'y' })
    await ask('GET', `${messages}?limit=2`)
    for (const method of ['PUT', 'PUT', 'GET', 'DELETE']) await ask(method, `${sent}/reactions/1/277`)
    await ask('DELETE', sent)
    await ask('POST', `/channels/${general.id}/settingguide`, { content: 'x' })
    sim.guild().user('dan').join()
    const recipient = { recipient_id: sim.guild().user('dan').id, source_guild_id: sim.guild().id }
    const dm = `/dms/${idIn(await ask('POST', '/users/@me/dms', recipient), 'guild_id')}`
    await ask('DELETE', `${dm}/messages/${idIn(await ask('POST', `${dm}/messages`, { content: 'x' }), 'id')}`)
    await ask('POST', `${dm}/settingguide`, { setting_guide: { guild_id: sim.guild().id } })
  },
  'pins, announcements and schedules (§5.11)': async (ask, sim) => {
    const channel = `/channels/${sim.channel('general').id}`
    const guild = `/guilds/${sim.guild().id}`
    const message_id = sim.channel('general').user('ann').say('remember this').id
    for (const [method, rest] of [
      ['PUT', message_id],
      ['PUT', '1'],
      ['DELETE', message_id],
    ] as const)
      await ask(method, `${channel}/pins/${rest}`)
    await ask('GET', `${channel}/pins`)
    await ask('POST', `${guild}/announces`, { message_id, channel_id: sim.channel('general').id })
    await ask('DELETE', `${guild}/announces/all`)
    await ask('POST', `${channel}/announces`, { message_id })
    await ask('DELETE', `${channel}/announces/${message_id}`)
    const now = sim.snapshot().now
    const times = { start_timestamp: String(now + 61_000), end_timestamp: String(now + 122_000) }
    const made = await ask('POST', `${channel}/schedules`, { schedule: { name: 'meeting', ...times } })
    const schedule = `${channel}/schedules/${idIn(made, 'id')}`
    await ask('GET', `${channel}/schedules`)
    await ask('PATCH', schedule, { schedule: { name: 'party' } })
    await ask('GET', schedule)
    await ask('DELETE', schedule)
    await ask('POST', `${channel}/schedules`, { schedule: {} })
  },
  'audio and forums (§5.11)': async (ask, sim) => {
    sim.channel('lounge').create('owner', { type: 2 })
    const lounge = `/channels/${sim.channel('lounge').id}`
    await ask('POST', `${lounge}/audio`, { audio_url: 'https://a.b', status: 0 })
    await ask('POST', `${lounge}/audio`, { status: 9 })
    await ask('PUT', `${lounge}/mic`)
    await ask('DELETE', `${lounge}/mic`)
    sim.channel('lounge').user('ann').enterVoice()
    await ask('GET', `${lounge}/voice/members`)
    sim.channel('forum').create('owner', { type: 10_007 })
    const forum = `/channels/${sim.channel('forum').id}/threads`
    await ask('PUT', forum, { title: 'Hello', content: 'one', format: 1 })
    const { id } = sim.channel('forum').user('ann').publishThread('A question', 'How?')
    await ask('GET', forum)
    await ask('GET', `${forum}/${id}`)
    const thread_author = sim.guild().user('ann').id
    await ask('POST', `${forum}/${id}/comment`, { thread_author, content: 'like this' })
    await ask('DELETE', `${forum}/${id}`)
    await ask('GET', `${forum}/${id}`)
  },
}
