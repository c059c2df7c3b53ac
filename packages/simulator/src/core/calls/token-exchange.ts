import { issueToken } from '../bot/tokens.js'
import type { Answer } from '../http/answers.js'
import { textIn } from '../http/scalars.js'
import type { World } from '../world/world.js'

/** A failure: HTTP 200 with another body (§1.2). */
const failure = (code: number, message: string): Answer => ({
  status: 200,
  json: { code, message },
  code,
  executed: false,
})

const limited = (world: World, calls: number[]): boolean => {
  const { tokenCallsPerMinute: most } = world.settings
  if (most === null) return false
  while (calls.length > 0 && (calls[0] ?? 0) <= world.now - 60_000) calls.shift()
  calls.push(world.now)
  return calls.length > most
}

/** `POST /app/getAppAccessToken` (§1.2). `body` is `null` when it is no JSON object, or a form. */
export const exchangeToken = (world: World, body: Readonly<Record<string, unknown>> | null): Answer => {
  const { appId, clientSecret } = body ?? {}
  // The text blames the platform, but the cause is the caller's body.
  if (!body || typeof appId === 'number') return failure(100002, 'internal err')
  const bot = world.bots.get(textIn(appId))
  if (!bot || bot.standing === 'banned') return failure(100007, 'appid invalid')
  if (limited(world, bot.tokenCalls)) return failure(100001, 'Too many requests')
  if (clientSecret !== bot.secret) return failure(100016, 'invalid appid or secret')
  const token = issueToken(world, bot)
  const left = Math.max(0, Math.floor((token.expiresAt - world.now) / 1000))
  // Documented as a number, sent as text (§1.2).
  return { status: 200, json: { access_token: token.value, expires_in: String(left) } }
}
