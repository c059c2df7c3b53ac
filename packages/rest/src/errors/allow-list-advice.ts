import type { Advice } from '@qqkit/core'

const NOT_ON_ALLOW_LIST = 11298
const OCTET = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)'
const IPV4 = new RegExp(`(?<![\\d.])${OCTET}(?:\\.${OCTET}){3}(?![\\d.])`, 'g')
/** Addresses that the platform cannot have seen: a gateway in between talks about itself. */
const PRIVATE = /^(?:0|10|127|169\.254|172\.(?:1[6-9]|2\d|3[01])|192\.168)\./

/** The address that is missing on the bot's IP allow list (§1.6), where the refusal names the one that it saw. */
export const allowListAdvice = (code: number | null, said: string): Advice | null => {
  const ip = code === NOT_ON_ALLOW_LIST && said.match(IPV4)?.find((found) => !PRIVATE.test(found))
  if (!ip) return null
  return {
    en: `Put ${ip} on the IP allow list in the console, or empty the list.`,
    zh: `请在管理端的 IP 白名单中加入 ${ip}，或清空白名单。`,
  }
}
