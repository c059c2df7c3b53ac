import { defineProject } from 'vitest/config'

import { shared } from '../../vitest.shared.js'

export default defineProject({
  ...shared,
  test: { ...shared.test, include: ['test/**/*.soak.ts'], testTimeout: 60_000 },
})
