import { defineProject } from 'vitest/config'

import { chromium, findProgram } from '../../scripts/ensure-program.mjs'
import { shared } from '../../vitest.shared.js'

export default defineProject({
  ...shared,
  // Processes are started and whole days are played: a busy machine must not fail them.
  test: {
    ...shared.test,
    testTimeout: 30_000,
    globalSetup: './test/support/run-folder.ts',
    env: { CHROMIUM_PATH: findProgram(chromium) ?? '' },
  },
})
