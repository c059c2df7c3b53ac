import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'

import { type Cluster, type ClusterOptions, type MemberName, startCluster } from '../src/cluster.js'
import { afterEach, describe, expect, it, vi } from 'vitest'

const PATIENCE = { timeout: 40_000, interval: 20 }

describe('RD-63 the agent in four processes', () => {
  let cluster: Cluster | null = null
  afterEach(async () => {
    await cluster?.stop()
    cluster = null
  })

  it(
    'RD-63 the answer of a worker that was killed comes from the other one, once, over either way',
    { timeout: 180_000 },
    async () => {
      const said: string[] = []
      const print = (name: string, line: string): void => void said.push(`${name}: ${line}`)
      const { simulator, pidOf, use } = (cluster = await startCluster({
        print,
        page: false,
        execArgv: ['--import', 'tsx'],
        thinking: 700,
        lease: 1000,
        patience: 110_000,
      }))
      const answers = (): readonly string[] =>
        simulator.log
          .of('message')
          .filter(({ direction }) => direction === 'out')
          .map(({ content }) => content)
      const thinker = async (): Promise<MemberName> =>
        vi.waitFor(() => {
          const [name] = said.at(-1)?.split(': ') ?? []
          expect(said.at(-1)).toMatch(/^worker \d: thinks$/)
          return name as MemberName
        }, PATIENCE)

      simulator.group('room').user('ann').say('你好')
      const first = await thinker()
      process.kill(pidOf(first), 'SIGKILL')
      await vi.waitFor(() => expect(answers()).toEqual(['你说：你好（之前有 0 条消息）']), PATIENCE)
      const other = first === 'worker 1' ? 'worker 2' : 'worker 1'
      // What a worker prints may come after its answer.
      await vi.waitFor(() => expect(said).toContain(`${other}: answers`), PATIENCE)

      use('webhook')
      simulator.group('room').user('ann').say('再见')
      await vi.waitFor(() => expect(answers()).toHaveLength(2), PATIENCE)
      expect(answers()[1]).toBe('你说：再见（之前有 2 条消息）')
      expect(simulator.oracle.doubledReplies()).toEqual([])
    },
  )

  /** A start whose processes are of this kind, in a folder that has to be empty afterwards; and the ids of all that it began. */
  const startIn = async (execArgv: readonly string[], redis: string, options: Partial<ClusterOptions>) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'cluster-test-'))
    const pids = path.join(folder, 'pids')
    const server = path.join(folder, 'server')
    writeFileSync(server, `#!/bin/sh\necho $$ >> ${pids}\n${redis}\n`, { mode: 0o755 })
    mkdirSync(path.join(folder, 'tmp'))
    vi.stubEnv('REDIS_SERVER_PATH', server)
    vi.stubEnv('TMPDIR', path.join(folder, 'tmp'))
    vi.stubEnv('CLUSTER_TEST_PIDS', pids)
    try {
      const failure = await startCluster({ print: () => {}, page: false, execArgv, ...options }).then(
        () => null,
        (error: Error) => error.message,
      )
      const begun = readFileSync(pids, 'utf8').trim().split('\n').map(Number)
      return { failure, begun, left: readdirSync(path.join(folder, 'tmp')) }
    } finally {
      vi.unstubAllEnvs()
      rmSync(folder, { recursive: true })
    }
  }
  const isAlive = (pid: number): boolean => {
    try {
      return process.kill(pid, 0)
    } catch {
      return false
    }
  }
  const real = `exec ${process.env['REDIS_SERVER_PATH'] || 'redis-server'} "$@"`
  const HANGING = `require('node:fs').appendFileSync(process.env.CLUSTER_TEST_PIDS, process.pid + '\\n')
    console.log('hangs'); setInterval(() => {}, 1000)`

  it('RD-63 a start whose processes never connect is given up, and leaves nothing behind', async () => {
    const { failure, begun, left } = await startIn(['--eval', HANGING], real, { patience: 3000 })
    expect(failure).toContain('not connected in time')
    expect([begun.length > 0, begun.filter(isAlive), left]).toEqual([true, [], []])
  })

  it('RD-63 a start that is stopped ends all that it has begun', async () => {
    const stop = new AbortController()
    let hanging = 0
    const print = (): void => {
      if ((hanging += 1) === 4) stop.abort(new Error('enough'))
    }
    const { failure, begun, left } = await startIn(['--eval', HANGING], real, { signal: stop.signal, print })
    expect(failure).toBe('enough')
    expect([begun.length, begun.filter(isAlive), left]).toEqual([5, [], []])
  })

  it('RD-63 a process that ends at its start is reported, and not started again', async () => {
    const { failure, begun, left } = await startIn(['--eval', 'process.exit(3)'], real, {})
    expect(failure).toMatch(/^(gateway|front|worker \d) ended at its start \(3\)$/)
    expect([begun.filter(isAlive), left]).toEqual([[], []])
  })

  it('RD-63 a server that ends at its start is reported with what it said', async () => {
    const { failure, begun, left } = await startIn([], 'echo the disk is full; exit 1', {})
    expect(failure).toBe('redis-server ended at its start:\nthe disk is full\n')
    expect([begun.filter(isAlive), left]).toEqual([[], []])
  })
})
