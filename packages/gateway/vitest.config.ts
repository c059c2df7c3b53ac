import { defineConfig, mergeConfig } from 'vitest/config'

import { shared } from '../../vitest.shared.js'

export default mergeConfig(
  defineConfig(shared),
  defineConfig({
    test: {
      // Some files compute and some wait for processes and real sockets: by default two cores would get one worker.
      maxWorkers: 2,
      // The machine's tests reach every branch; its errors are also made outside of it.
      coverage: { exclude: ['src/machine/errors.ts'] },
    },
  }),
)
