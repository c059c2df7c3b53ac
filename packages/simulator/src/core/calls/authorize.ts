import type { Bot } from '../bot/state.js'
import { botOfLegacyToken, botOfToken } from '../bot/tokens.js'
import type { World } from '../world/world.js'

/** The bot that makes a call, or the code that refuses its authorization (§1.4, §1.5). */
export const authorize = (world: World, header: string | undefined): Bot | number => {
  if (header === undefined || header.trim() === '') return 11241
  const [scheme = '', ...rest] = header.trim().split(' ')
  const value = rest.join(' ').trim()
  if (scheme === 'Bearer') return 11273
  if (scheme === 'Bot') {
    if (!world.settings.legacyAuth) return 11245
    return botOfLegacyToken(world, value) ?? 11243
  }
  if (scheme !== 'QQBot') return 11243
  const bot = botOfToken(world, value)
  if (bot?.standing === 'banned') return 11265
  // CONFLICT: 11243 "wrong" and 11244 "expired or absent" both fit; clients refresh on 11244 (§1.5).
  return bot ?? 11244
}
