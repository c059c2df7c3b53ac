/**
 * Bases of the REST API
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-1 §2.1}). The official change
 * log unified all calls under `production` on 2026-08-10. `legacy` was still answering in 2026-09, and nothing official
 * says that it ends; one client calls it offline.
 */
export const restHosts = {
  production: 'https://api.bot.qq.com',
  legacy: 'https://api.sgroup.qq.com',
  /** Only the sandbox guild, group and users configured in the console. */
  sandbox: 'https://sandbox.api.sgroup.qq.com',
} as const
/** The name of a REST base. */
export type RestHost = keyof typeof restHosts

/**
 * Addresses of the token exchange
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/01-credentials-and-token.md#1-2 §1.2}): `production`
 * in the docs since 2026-09; `legacy` in most SDKs, and still answering then.
 */
export const tokenUrls = {
  production: 'https://api.bot.qq.com/app/getAppAccessToken',
  legacy: 'https://bots.qq.com/app/getAppAccessToken',
} as const
/** The name of a token address. */
export type TokenUrlName = keyof typeof tokenUrls
