/** Processes that are killed between a question and its answer. */
import { readFile } from 'node:fs/promises'

import { describe, expect, it, vi } from 'vitest'

import type { Life } from '../support/bot-process.js'
import { processSuite } from '../support/process-suite.js'

describe.each(['gateway', 'webhook'])(
  'questions of a process over the %s',
  { timeout: 120_000 },
  (transport) => {
    // The docs do not tell the times of retries (§7.5): often enough to reach a process that has just started.
    const suite = processSuite(new URL('./asking-bot.ts', import.meta.url), {
      pushRetries: Array.from({ length: 200 }, () => 500),
    })
    let port = '0'

    /** Starts a process; resolves when it hears what people say. */
    const live = async (): Promise<Life> => {
      const place = transport === 'gateway' ? suite.fileOf('session.json') : port
      const ready = suite.seen(
        (entry) => entry.kind === 'session' && (entry.change === 'created' || entry.change === 'resumed'),
      )
      const life = suite.start(transport, place, suite.fileOf('states.jsonl'))
      if (transport === 'gateway') {
        await ready
        // A process that dies before its session is stored loses events, and says so (GW-17).
        const session = suite.sim.log.of('session').at(-1)?.session
        await vi.waitFor(async () => expect(await readFile(place, 'utf8')).toContain(session), 20_000)
      } else {
        await life.until('port ')
        port = /port (\d+)/.exec(life.output())?.[1] ?? ''
        suite.sim.changeBot({ webhook: `http://127.0.0.1:${port}/` })
      }
      return life
    }

    const said = async (...texts: readonly string[]): Promise<void> => {
      await vi.waitFor(() => expect(suite.answers().slice(-texts.length)).toEqual(texts), 20_000)
    }

    const kill = async ({ child, ended }: Life): Promise<void> => {
      child.kill('SIGKILL')
      await ended
    }

    it('AS-09 a killed process: the next one asks again under the same number; people see each question and each answer once', async () => {
      port = '0'
      const first = await live()
      const ann = suite.sim.user('ann')
      ann.say('/weather')
      await said('Which city?')
      await kill(first)
      const second = await live()
      await second.until('asks true')
      ann.say('Beijing')
      await said('Which city?', 'Which day?')
      let last = second
      // A webhook pushes what was left in any order: an answer may come before the event that asked.
      if (transport === 'gateway') {
        await kill(second)
        last = await live()
        await last.until('heard Beijing')
      }
      ann.press('today')
      await last.until('sent Beijing')
      ann.say('/ping')
      await said('pong')
      expect(suite.answers()).toEqual(['Which city?', 'Which day?', 'Beijing today', 'pong'])
      expect(suite.sim.oracle.doubledReplies()).toEqual([])
    })

    it('AS-11 a killed process: the next one goes on with a dialogue', async () => {
      port = '0'
      const first = await live()
      const bob = suite.sim.group('room').user('bob')
      bob.say('/book')
      await first.until('begun')
      await kill(first)
      const second = await live()
      bob.say('Ritz')
      await said('Which hotel?', 'The Ritz?')
      await kill(second)
      bob.press('yes')
      const third = await live()
      await said('Ritz: yes')
      await kill(third)
      await live()
      bob.say('/ping')
      await said('pong')
      expect(suite.answers()).toEqual(['Which hotel?', 'The Ritz?', 'Ritz: yes', 'pong'])
      expect(suite.sim.oracle.doubledReplies()).toEqual([])
    })
  },
)
