import process from 'node:process'

import { defineProject, mergeConfig } from 'vitest/config'

import { ensureProgram, redisServer } from '../../scripts/ensure-program.mjs'
import { shared } from '../../vitest.shared.js'
import { mutantPlugin } from './test/support/virtual/mutant-plugin.js'

// The scripts are judged by a real server; `pnpm test` has found it already.
process.env['REDIS_SERVER_PATH'] ??= ensureProgram(redisServer) ?? ''

export default mergeConfig(shared, defineProject({ plugins: [mutantPlugin(import.meta.dirname)] }))
