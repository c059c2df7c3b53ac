import { expect, it } from 'vitest'

import { findChromium } from '../support/find-chromium.js'

it('a missing browser fails the tests with the command that installs it', () => {
  expect(() => findChromium('/nowhere/chromium')).toThrow(
    /apt-get install -y --no-install-recommends chromium/,
  )
})
