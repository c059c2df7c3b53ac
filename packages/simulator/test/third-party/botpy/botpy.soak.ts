import { spawn, type ChildProcess } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { startSimulator, type LogEntry, type SocketSimulator } from '../../../src/index.js'
import { next, reply, session } from '../../support/log-entries.js'

let sim: SocketSimulator
let child: ChildProcess | null = null

beforeEach(async () => {
  // Only the wait before a reconnect is shortened, which is round(5 / max_concurrency) seconds.
  sim = await startSimulator({ page: false, sessionStarts: { maxConcurrency: 5 } })
  const { appId, secret } = sim.credentials
  const program = fileURLToPath(new URL('bot.py', import.meta.url))
  child = spawn(process.env['BOTPY_PYTHON'] ?? 'python3', [program, sim.url, appId, secret], {
    stdio: ['ignore', process.env['CLIENT_LOG'] ? 'inherit' : 'ignore', 'inherit'],
    env: { ...process.env, PYTHONPATH: process.env['BOTPY_PATH'], PYTHONDONTWRITEBYTECODE: '1' },
  })
})

afterEach(async () => {
  child?.kill('SIGKILL')
  await sim.close()
})

const failed = (): readonly LogEntry[] => sim.log.of('call').filter(({ status }) => status !== 200)

describe('botpy, the official Python client', () => {
  it('SM-01 gets a token, connects, and answers in all four scenes', async () => {
    await next(sim, session('created'))
    for (const person of [
      sim.user('ann'),
      sim.group('room').user('bob'),
      sim.channel('general').user('cat'),
      sim.dm('dan'),
    ]) {
      const answer = next(sim, reply)
      const said = person.say('hi')
      expect(await answer).toMatchObject({
        replyTo: said.id,
        scene: person.scene,
        content: expect.stringContaining('heard') as string,
      })
    }
    expect(failed()).toEqual([])
  })

  it('SM-01 resumes after 4009 and answers the missed messages', async () => {
    await next(sim, session('created'))
    const resumed = next(sim, session('resumed'))
    const answer = next(sim, reply)
    sim.faults.close(4009, 'Session timed out')
    const said = sim.user('ann').say('while away')
    await resumed
    expect(await answer).toMatchObject({ replyTo: said.id, scene: 'c2c' })
    expect(failed()).toEqual([])
  })
})
