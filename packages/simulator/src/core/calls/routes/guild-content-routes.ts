import {
  announceInChannel,
  announceInGuild,
  endChannelAnnounce,
  endGuildAnnounce,
} from '../../guild-content/announces.js'
import { demandApiPermission, listApiPermissions } from '../../guild-content/api-permissions.js'
import { controlAudio, countOnline, leaveMic, listVoiceMembers, takeMic } from '../../guild-content/audio.js'
import { addPin, listPins, removePin } from '../../guild-content/pins.js'
import {
  changeSchedule,
  createSchedule,
  deleteSchedule,
  getSchedule,
  listSchedules,
} from '../../guild-content/schedules.js'
import {
  commentOnThread,
  createThread,
  deleteThread,
  getThread,
  listThreads,
} from '../../guild-content/thread-calls.js'
import type { Row } from './route.js'

/** Contents of guilds and channels: announcements, pins, schedules, audio, forums, API permissions (§5.11). */
export const guildContentRoutes: readonly Row[] = [
  ['guild.announce', 'POST', '/guilds/{}/announces', announceInGuild],
  ['guild.end-announce', 'DELETE', '/guilds/{}/announces/{}', endGuildAnnounce],
  ['channel.announce', 'POST', '/channels/{}/announces', announceInChannel],
  ['channel.end-announce', 'DELETE', '/channels/{}/announces/{}', endChannelAnnounce],
  ['channel.pin', 'PUT', '/channels/{}/pins/{}', addPin],
  ['channel.pins', 'GET', '/channels/{}/pins', listPins],
  ['channel.unpin', 'DELETE', '/channels/{}/pins/{}', removePin],
  ['channel.schedules', 'GET', '/channels/{}/schedules', listSchedules],
  ['channel.schedule', 'GET', '/channels/{}/schedules/{}', getSchedule],
  ['channel.create-schedule', 'POST', '/channels/{}/schedules', createSchedule],
  ['channel.change-schedule', 'PATCH', '/channels/{}/schedules/{}', changeSchedule],
  ['channel.delete-schedule', 'DELETE', '/channels/{}/schedules/{}', deleteSchedule],
  ['channel.audio', 'POST', '/channels/{}/audio', controlAudio],
  ['channel.take-mic', 'PUT', '/channels/{}/mic', takeMic],
  ['channel.leave-mic', 'DELETE', '/channels/{}/mic', leaveMic],
  ['channel.threads', 'GET', '/channels/{}/threads', listThreads],
  ['channel.thread', 'GET', '/channels/{}/threads/{}', getThread],
  ['channel.create-thread', 'PUT', '/channels/{}/threads', createThread],
  ['channel.delete-thread', 'DELETE', '/channels/{}/threads/{}', deleteThread],
  ['channel.comment', 'POST', '/channels/{}/threads/{}/comment', commentOnThread],
  ['guild.api-permissions', 'GET', '/guilds/{}/api_permission', listApiPermissions],
  ['guild.demand-api', 'POST', '/guilds/{}/api_permission/demand', demandApiPermission],
  ['channel.online', 'GET', '/channels/{}/online_nums', countOnline],
  ['channel.voice-members', 'GET', '/channels/{}/voice/members', listVoiceMembers],
]
