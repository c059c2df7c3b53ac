import { errorRows, type ErrorTable } from './error-row.js'

/** Errors of administration calls about accounts and permissions (§2.8). */
export const accountErrors: ErrorTable = {
  ...errorRows(401, {
    11252: 'app privilege check failed',
    11254: 'api is blocked for the app',
    11261: 'appid missing',
    11262: 'bot token not allowed',
    11263: 'guild permission check failed',
    11274: 'not granted by the user',
    11275: 'appid absent',
    11281: 'admin check failed',
    11282: 'bot is not admin',
  }),
  ...errorRows(400, {
    11301: 'http header invalid',
    11302: 'http header invalid',
    11303: 'get nick failed',
    11304: 'get avatar failed',
    11305: 'get guild id failed',
    11306: 'get guild info failed',
    12001: 'replace id failed',
    12003: 'response invalid',
  }),
}
