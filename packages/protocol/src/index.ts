// The facts of the platform as types and tables, in the order in which a bot meets them:
//
// 1. `hosts/`: the addresses of token, API and gateway.
// 2. `gateway/`: the frames of a connection, and what each close code means.
// 3. `intents/`: which events a connection asks for.
// 4. `events/`: the payload behind each event name; `objects/` and `text/`: what payloads and requests contain.
// 5. `requests/`: every endpoint with its body, query and answer.
// 6. `errors/`: what each error number means, and whether the message may have arrived.
// 7. `limits/`: reply windows, quotas and rates.

// The transports: hosts, headers, opcodes, frames, close codes.
export * from './hosts/hosts.js'
export * from './hosts/headers.js'
export * from './gateway/opcodes.js'
export * from './gateway/frames.js'
export * from './gateway/gateway-info.js'
export * from './gateway/close-codes.js'

// Events and the intents that bring them.
export * from './events/event-payloads.js'
export * from './events/gateway-event.js'
export * from './events/c2c-group-messages.js'
export * from './events/c2c-group-lifecycle.js'
export * from './events/guild-messages.js'
export * from './events/guild-lifecycle.js'
export * from './events/interaction.js'
export * from './events/reaction.js'
export * from './events/audit.js'
export * from './events/forum.js'
export * from './events/audio.js'
export * from './intents/intent.js'
export * from './intents/intent-facts.js'
export * from './intents/masks.js'

// Objects: what events and calls share.
export * from './objects/session.js'
export * from './objects/openid-user.js'
export * from './objects/message-parts.js'
export * from './objects/message-content.js'
export * from './objects/keyboard.js'
export * from './objects/rich-text.js'
export * from './objects/guild.js'
export * from './objects/guild-user.js'
export * from './objects/guild-message.js'
export * from './objects/channel.js'
export * from './objects/role.js'
export * from './objects/schedule.js'
export * from './objects/join-request.js'

// Calls: bodies, queries and answers, by method and path.
export * from './requests/endpoints.js'
export * from './requests/token.js'
export * from './requests/openid-messages.js'
export * from './requests/guild-messages.js'
export * from './requests/interactions.js'
export * from './requests/media.js'
export * from './requests/menu.js'
export * from './requests/panels.js'
export * from './requests/bot.js'
export * from './requests/group-join.js'
export * from './requests/group-members.js'
export * from './requests/group-mute.js'
export * from './requests/guilds.js'
export * from './requests/guild-members.js'
export * from './requests/guild-roles.js'
export * from './requests/announces.js'
export * from './requests/schedules.js'
export * from './requests/threads.js'
export * from './requests/audio.js'
export * from './requests/api-permissions.js'
export * from './requests/pages.js'
export * from './requests/empty-answer.js'
export * from './requests/failures.js'

// Errors: what each code, text and HTTP status means, and what to do about it.
export * from './errors/error-codes.js'
export * from './errors/look-up-error.js'
export * from './errors/advice.js'
export * from './errors/error-code.js'
export * from './errors/error-class.js'
export * from './errors/error-area.js'
export * from './errors/area-of.js'
export * from './errors/error-ranges.js'
export { errorTexts, type ErrorText } from './errors/error-texts.js'
export * from './errors/http-status.js'
export * from './errors/token-codes.js'

// Limits: rates, quotas, reply windows, sizes.
export * from './limits/rate-limits.js'
export * from './limits/proactive-quotas.js'
export * from './limits/reply-windows.js'
export * from './limits/content-limits.js'
export * from './limits/upload-limits.js'

// Shared by all of the above.
export * from './text/bilingual.js'
