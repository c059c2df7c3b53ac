/**
 * Base URLs of the REST API. The official change log moved all calls to `production` on 2026-08-10; `legacy` still answered in
 * 2026-09, without an official end. Source:
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-1 §2.1}.
 */
export const restHosts = {
  production: 'https://api.bot.qq.com',
  legacy: 'https://api.sgroup.qq.com',
  /** Reaches only the sandbox guild, group and users that are configured in the console. */
  sandbox: 'https://sandbox.api.sgroup.qq.com',
} as const
/** The name of a base URL. */
export type RestHost = keyof typeof restHosts

/**
 * URLs of the token endpoint
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/01-credentials-and-token.md#1-2 §1.2}):
 * `production` is in the docs since 2026-09; `legacy` is in most SDKs and still answered then.
 */
export const tokenUrls = {
  production: 'https://api.bot.qq.com/app/getAppAccessToken',
  legacy: 'https://bots.qq.com/app/getAppAccessToken',
} as const
/** The name of a token URL. */
export type TokenUrlName = keyof typeof tokenUrls
