import { defineProject } from 'vitest/config'

import { findBrowser } from '../../scripts/ensure-browser.mjs'
import { shared } from '../../vitest.shared.js'

export default defineProject({
  ...shared,
  test: { ...shared.test, env: { CHROMIUM_PATH: findBrowser() ?? '' } },
})
