// Servers that lose everything, or cannot write: once each, with all processes.
import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'

import { describe, expect, it } from 'vitest'

import { clusterSuite, expectWhole } from '../support/process/cluster-suite.js'
import { happen, meanwhile, type Scene } from '../support/process/trouble.js'

const PER_SECOND = 20
/** MB of the disk that gets full. */
const DISK = 16

/** People write while something happens, and for a while before and after it. */
const during = async (scene: Scene, name: string, work: () => Promise<void>): Promise<void> => {
  const { crowd, random } = scene.cluster
  const trouble = async (): Promise<void> => {
    await delay(1500)
    await happen(scene, name, work)
    await delay(3000)
  }
  await meanwhile(trouble(), { every: 1000 / PER_SECOND, what: () => crowd.ask(random() * 40) })
}

describe('RD-62 disasters', () => {
  const suite = clusterSuite()

  it('RD-62 FLUSHALL is reported, and what comes afterwards is answered once', async ({ onTestFinished }) => {
    const scene = await suite.open(onTestFinished, { seed: 1, conversations: 28 })
    await during(scene, 'FLUSHALL', async () => void (await scene.command(['FLUSHALL'])))
    await expectWhole(scene, 'flushall')
    expect(scene.cluster.told.map(({ event }) => event)).toContain('redis.rewound')
  })

  it('RD-62 a server that starts without its data is reported, and what comes afterwards is answered once', async ({
    onTestFinished,
  }) => {
    const scene = await suite.open(onTestFinished, { seed: 1, conversations: 28, server: [] })
    await during(scene, 'a server without data', async () => {
      await scene.server.kill()
      await delay(500)
      await scene.server.start()
    })
    await expectWhole(scene, 'emptied')
    expect(scene.cluster.told.map(({ event }) => event)).toContain('redis.rewound')
  })

  // Only root may mount one: there is no case for anybody else.
  it.for(process.getuid?.() === 0 ? [DISK] : [])(
    'RD-62 a full disk of %d MB holds events back, and loses none',
    async (size, { onTestFinished }) => {
      const scene = await suite.open(onTestFinished, { seed: 1, conversations: 28 })
      const { folder } = scene.server
      const disk = path.join(folder, 'disk')
      const ballast = path.join(disk, 'ballast')
      execFileSync('mkdir', [disk])
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}m`, 'tmpfs', disk])
      onTestFinished(() => void execFileSync('umount', ['-l', disk]))
      for (const [name, value] of [
        ['appendonly', 'no'],
        ['dir', disk],
        ['appendfsync', 'always'],
        ['appendonly', 'yes'],
      ] as const)
        await scene.command(['CONFIG', 'SET', name, value])
      await during(scene, 'the disk is full', async () => {
        try {
          writeFileSync(ballast, Buffer.alloc(size * 1_048_576))
        } catch {
          // As full as it gets.
        }
        await delay(2000)
        rmSync(ballast)
      })
      await expectWhole(scene, 'full-disk')
    },
  )
})
