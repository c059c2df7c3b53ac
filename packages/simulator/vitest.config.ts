import { defineProject } from 'vitest/config'

import { shared } from '../../vitest.shared.js'

// Processes are started and whole days are played: a busy machine must not fail them.
export default defineProject({ ...shared, test: { ...shared.test, testTimeout: 30_000 } })
