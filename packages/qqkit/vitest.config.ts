import { defineProject } from 'vitest/config'

import { chromium, findProgram } from '../../scripts/ensure-program.mjs'
import { shared } from '../../vitest.shared.js'

export default defineProject({
  ...shared,
  test: {
    ...shared.test,
    globalSetup: '../simulator/test/support/run-folder.ts',
    env: { CHROMIUM_PATH: findProgram(chromium) ?? '' },
  },
})
