import { errorRows, type ErrorTable } from './error-row.js'

/** Channel permissions and muting (§2.8). */
const memberErrors = errorRows(400, {
  301000: 'channel permission param invalid',
  301001: 'guild info fetch failed',
  301002: 'channel permission fetch failed',
  301003: 'channel permission change failed',
  301004: 'private channel member limit',
  301005: 'rpc failed',
  301006: 'not a channel member',
  301007: 'too many channels',
  502001: 'guild id invalid',
  502002: 'guild id empty',
  502003: 'user id invalid',
  502004: 'user id empty',
  502005: 'mute timestamp illegal',
  502006: 'mute timestamp invalid',
  502007: 'param conversion failed',
  502008: 'rpc failed',
  502009: 'security',
  502010: 'header invalid',
})

/** Announcements and pins (§2.8). */
const announceErrors = errorRows(400, {
  501001: 'announce param invalid',
  501002: 'channel announce create failed',
  501003: 'channel announce delete failed',
  501004: 'guild fetch failed',
  501005: 'message id invalid',
  501006: 'guild announce create failed',
  501007: 'guild announce delete failed',
  501008: 'message not exist',
  501009: 'message id parse failed',
  501010: 'not a message of the channel',
  501011: 'pin create failed',
  501012: 'pin delete failed',
  501013: 'too many pins',
  501014: 'security',
  501015: 'message not allowed',
  501016: 'too many recommended channels',
  501017: 'not owner or admin',
  501018: 'recommended channel invalid',
  501019: 'announce type invalid',
  501020: 'recommend announce create failed',
})

/** Schedules (§2.8). */
const scheduleErrors = errorRows(400, {
  302000: 'schedule param invalid',
  302001: 'guild info fetch failed',
  302002: 'schedule list failed',
  302003: 'schedule fetch failed',
  302004: 'schedule change failed',
  302005: 'schedule delete failed',
  302006: 'schedule create failed',
  302007: 'creator fetch failed',
  302008: 'channel id empty',
  302009: 'system error',
  302010: 'no schedule permission',
  302011: 'schedule deleted',
  302012: 'at most 10 schedules a day',
  302013: 'security',
  302014: 'schedule longer than 7 days',
  302015: 'schedule start in the past',
  302016: 'schedule end before start',
  302017: 'schedule empty',
  302018: 'schedule conversion failed',
  302019: 'downstream failed',
  302020: 'schedule violates rules',
  302021: 'schedule limit of the guild',
  302022: 'channel of another guild',
  302023: 'cannot jump to a schedule channel',
  302024: 'channel not exist',
})

/** Forum threads (§2.8). */
const forumErrors = {
  ...errorRows(400, {
    503001: 'guild id invalid',
    503002: 'guild id empty',
    503003: 'forum channel id invalid',
    503005: 'thread title empty',
    503006: 'thread content empty',
    503007: 'thread id empty',
    503008: 'get X-Uin failed',
    503009: 'thread id invalid',
    503010: 'id conversion failed',
    503011: 'timestamp of the thread id invalid',
    503012: 'thread deleted',
    503013: 'internal error',
    503014: 'thread content is no json',
    503015: 'thread content conversion failed',
    503016: 'too many links',
    503017: 'thread content too long',
    503018: 'too many images',
    503019: 'too many videos',
    503020: 'thread title too long',
  }),
  ...errorRows(429, { 503004: 'thread frequency' }),
}

/** Demands for API permissions (§2.8). */
const apiPermissionErrors = errorRows(400, {
  610001: 'get guild id failed',
  610002: 'get header failed',
  610003: 'get bot number failed',
  610004: 'get bot role failed',
  610005: 'bot role internal error',
  610006: 'api permission list failed',
  610007: 'bot not in guild',
  610008: 'api permission param invalid',
  610009: 'api detail fetch failed',
  610010: 'api already granted',
  610011: 'get bot info failed',
  610012: 'limiter failed',
  610013: 'api permission demand limited',
  610014: 'link send failed',
})

/** Errors of guild administration (§2.8). */
export const guildAdministrationErrors: ErrorTable = {
  ...memberErrors,
  ...announceErrors,
  ...scheduleErrors,
  ...forumErrors,
  ...apiPermissionErrors,
}
