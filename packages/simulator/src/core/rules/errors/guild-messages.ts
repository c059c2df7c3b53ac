import { errorRows, type ErrorTable } from './error-row.js'

/** Errors of calls on guild messages other than sends: settings, recalls, reactions (§2.8). */
export const guildMessageErrors: ErrorTable = {
  ...errorRows(400, {
    304032: 'no direct message',
    304033: 'direct message fetch failed',
    304035: 'push channel limit',
    304036: 'no markdown template permission',
    304037: 'no keyboard permission',
    304044: 'message setting fetch failed',
    304048: 'proactive message not allowed in guild',
    304051: 'setting guide request failed',
    306001: 'recall param invalid',
    306003: 'message fetch failed',
    306005: 'recall failed',
    306006: 'channel fetch failed',
    306007: "not this group's message",
    306009: 'not a message with this user',
    306010: 'internal error',
    504001: 'message setting param invalid',
    504002: 'get header failed',
    504003: 'get bot uin failed',
    504004: 'get message setting failed',
    620001: 'reaction param invalid',
    620002: 'reaction type limit',
    620003: 'reaction already set',
    620004: 'reaction not set',
    620005: 'no reaction permission',
    620007: 'reaction failed',
  }),
  ...errorRows(429, { 304052: 'setting guide frequency', 620006: 'reaction frequency' }),
}
