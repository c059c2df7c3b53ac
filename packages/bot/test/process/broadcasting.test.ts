import { describe, expect, it } from 'vitest'

import { processSuite } from '../support/process-suite.js'

describe('a broadcast, as a process', { timeout: 120_000 }, () => {
  const suite = processSuite(new URL('./broadcasting-bot.ts', import.meta.url), { limits: false })

  it('TF-09 killed in the middle again and again, reaches everyone at most once, and names each that it does not know', async () => {
    const people = Array.from({ length: 60 }, (_, n) => {
      const user = suite.sim.user(`user ${n}`)
      user.befriend()
      return user.id
    })
    const start = () => suite.start(suite.fileOf('news.jsonl'), people.join(','))
    for (const done of [5, 23, 41]) {
      const life = start()
      await life.until(`done ${done}\n`)
      life.child.kill('SIGKILL')
      await life.ended
    }
    const last = start()
    expect(await last.ended).toBe(0)
    const counts = JSON.parse(last.output().trim().split('\n').at(-1)!) as Record<string, number>
    const reached = suite.sim.log
      .of('message')
      .filter(({ direction, content }) => direction === 'out' && content === 'news')
      .map(({ peerId }) => peerId)
    expect(new Set(reached).size).toBe(reached.length)
    // Up to four were on their way at each kill: each is known as such, and may have its message.
    expect(counts.sent! + counts.unknown!).toBe(60)
    expect(counts.unknown).toBeLessThanOrEqual(12)
    expect(reached.length).toBeGreaterThanOrEqual(counts.sent!)
  })
})
