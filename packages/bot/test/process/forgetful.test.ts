import { fileURLToPath } from 'node:url'

import { expect, it } from 'vitest'

import { livesOf } from '../support/bot-process.js'

it('SM-28 a test file that closes no desk ends by itself under node:test, and says what to write', async () => {
  const { start, dispose } = await livesOf(fileURLToPath(new URL('forgetful.ts', import.meta.url)))
  const life = start([])
  expect(await life.ended).toBe(1)
  await dispose()
  expect(life.output()).toMatch(/# pass 2\n# fail 1\n/)
  expect(life.errors()).toMatch(/desks that were not closed: 3.*\n.*t\.after\(\(\) => desk\.close\(\)\)/)
})
