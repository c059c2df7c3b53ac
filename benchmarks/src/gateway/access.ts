import type { Access } from '@qqkit/core'

/** Admits a gateway to a local server, without HTTP. */
export const localAccess = (port: string | undefined): Access => ({
  token: () => Promise.resolve('x'),
  gateway: () =>
    Promise.resolve({
      url: `ws://127.0.0.1:${port}`,
      shards: 1,
      session_start_limit: {
        total: 100_000,
        remaining: 100_000,
        reset_after: 86_400_000,
        max_concurrency: 10_000,
      },
    }),
})
