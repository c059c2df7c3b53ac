/** Bases of the REST API (§2.1). CONFLICT: one client says that `legacy` is offline since 2026-08-10, others still use it. */
export const restHosts = {
  production: 'https://api.bot.qq.com',
  legacy: 'https://api.sgroup.qq.com',
  /** Only the sandbox guild, group and users configured in the console. */
  sandbox: 'https://sandbox.api.sgroup.qq.com',
} as const
/** The name of a REST base. */
export type RestHost = keyof typeof restHosts

/** Addresses of the token exchange (§1.2). CONFLICT: `legacy` in SDKs up to 2026-08, `production` in the docs of 2026-09. */
export const tokenUrls = {
  production: 'https://api.bot.qq.com/app/getAppAccessToken',
  legacy: 'https://bots.qq.com/app/getAppAccessToken',
} as const
/** The name of a token address. */
export type TokenUrlName = keyof typeof tokenUrls
