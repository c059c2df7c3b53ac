import { defineProject, mergeConfig } from 'vitest/config'

import { shared } from '../../vitest.shared.js'

export default mergeConfig(
  defineProject(shared),
  // Some files compute and some wait for processes and real sockets: by default two cores would get one worker.
  defineProject({ test: { maxWorkers: 2 } }),
)
