import type { ErrorArea } from './error-area.js'

/** The part of the API of each endpoint; the first pattern that matches `METHOD /path` counts. */
const AREAS: readonly (readonly [RegExp, ErrorArea])[] = /* @__PURE__ */ Object.freeze([
  [/ \/app\/getAppAccessToken$/, 'token'],
  [/ \/v2\/generate_url_link$/, 'shareLink'],
  [/ \/v2\/(?:users|groups)\/[^/]+\/upload_prepare$/, 'uploadPrepare'],
  [/ \/v2\/(?:users|groups)\/[^/]+\/(?:upload_part_finish|files)$/, 'upload'],
  [/ \/v2\/users\/[^/]+\/stream_messages$/, 'stream'],
  [/^DELETE \/(?:v2\/users|v2\/groups|channels|dms)\/[^/]+\/messages\/[^/]+$/, 'recall'],
  [/ \/v2\/(?:users|groups)\/[^/]+\/messages$/, 'c2cGroupSend'],
  [/ \/channels\/[^/]+\/messages\/[^/]+\/reactions\//, 'reaction'],
  [/ \/(?:channels|dms)\/[^/]+\/(?:messages|settingguide)(?:\/|$)/, 'guildMessage'],
  [/ \/interactions\/[^/]+$/, 'interaction'],
  [/ \/v2\/(?:menu|panels)(?:\/|$)/, 'menuPanel'],
  [/ \/channels\/[^/]+\/(?:members|roles)\/[^/]+\/permissions$/, 'channelPermission'],
  [/ \/channels\/[^/]+\/schedules(?:\/|$)/, 'schedule'],
  [/ \/(?:guilds|channels)\/[^/]+\/(?:announces|pins)(?:\/|$)/, 'announce'],
  [/ \/guilds\/[^/]+(?:\/members\/[^/]+)?\/mute$/, 'mute'],
  [/ \/channels\/[^/]+\/threads(?:\/|$)/, 'forum'],
  [/ \/guilds\/[^/]+\/message\/setting$/, 'messageSetting'],
  [/ \/guilds\/[^/]+\/api_permission(?:\/|$)/, 'apiPermission'],
])

/**
 * The part of the API of a call, by method and path, with or without ids filled in. `null` if it has no table of its own
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-8 §2.8}).
 */
export const errorAreaOf = (method: string, path: string): ErrorArea | null => {
  const [bare = ''] = path.split('?')
  return AREAS.find(([pattern]) => pattern.test(`${method} ${bare}`))?.[1] ?? null
}
