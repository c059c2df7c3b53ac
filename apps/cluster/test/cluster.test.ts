import process from 'node:process'

import { type Cluster, type MemberName, startCluster } from '../src/cluster.js'
import { afterEach, describe, expect, it, vi } from 'vitest'

const PATIENCE = { timeout: 40_000, interval: 20 }

describe('RD-63 the agent in four processes', () => {
  let cluster: Cluster | null = null
  afterEach(async () => cluster?.stop())

  it(
    'RD-63 the answer of a worker that was killed comes from the other one, once, over either way',
    { timeout: 120_000 },
    async () => {
      const said: string[] = []
      const print = (name: string, line: string): void => void said.push(`${name}: ${line}`)
      const { simulator, pidOf, use } = (cluster = await startCluster({
        print,
        page: false,
        execArgv: ['--import', 'tsx'],
        thinking: 700,
        lease: 1000,
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

      await vi.waitFor(
        () => expect(said.some((line) => line.startsWith('front: port '))).toBe(true),
        PATIENCE,
      )
      use('webhook')
      simulator.group('room').user('ann').say('再见')
      await vi.waitFor(() => expect(answers()).toHaveLength(2), PATIENCE)
      expect(answers()[1]).toBe('你说：再见（之前有 2 条消息）')
      expect(simulator.oracle.doubledReplies()).toEqual([])
    },
  )
})
