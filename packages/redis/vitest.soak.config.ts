import { defineProject } from 'vitest/config'

import { shared } from '../../vitest.shared.js'
import { mutantPlugin } from './test/support/virtual/mutant-plugin.js'
// Finds the server.
import './vitest.config.js'

/** What takes minutes; the nights as well, longer and more of them, and every death of a sender. */
export default defineProject({
  ...shared,
  plugins: [mutantPlugin(import.meta.dirname)],
  test: {
    ...shared.test,
    include: [
      'test/**/*.soak.ts',
      'test/process/night.test.ts',
      'test/chaos.test.ts',
      'test/pauses.test.ts',
      'test/dead-anywhere.test.ts',
    ],
    testTimeout: 180_000,
  },
})
