import type { UserWorkspaceConfig } from 'vitest/config'

/** Tests resolve workspace packages to their sources, so that no test needs a build. */
export const shared: UserWorkspaceConfig = {
  resolve: { conditions: ['@qqkit/source'] },
  ssr: { resolve: { conditions: ['@qqkit/source', 'module', 'node', 'development|production'] } },
  // A slow machine is no failure: what hangs is caught all the same.
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Half of the time went into loading the same modules again for each file; nothing of ours keeps state in a module.
    isolate: false,
  },
}
