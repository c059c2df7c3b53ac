import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'

import { startSimulator } from '@qqkit/simulator'
import { afterEach, describe, expect, it } from 'vitest'

import { startExample, type Ended, type ExampleProcess } from './example-process.js'

const PATIENCE = 30_000

describe('the example as a process', { timeout: PATIENCE }, () => {
  let example: ExampleProcess | null = null

  afterEach(() => {
    example?.kill()
    example = null
  })

  const start = (env: Readonly<Record<string, string>> = {}): ExampleProcess => {
    example = startExample(env)
    return example
  }

  /** One line that says what is wrong, and nothing that only programmers read. */
  const expectOneLine = ({ code, stderr }: Ended, line: RegExp): void => {
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(stderr).toMatch(line)
    expect(stderr).not.toMatch(/\n\s+at /)
    expect(code).toBe(1)
  }

  it('ST-05 plays its conversation without credentials, and stops cleanly on Ctrl-C', async () => {
    const { until, interrupt, ended } = start()
    await until(/http:\/\/127\.0\.0\.1:\d+/)
    await until(/Now you/)
    interrupt()
    const { code, stdout, stderr } = await ended
    const said = stdout.split('\n').filter((line) => line.startsWith('  '))
    expect(said.map((line) => line.trim().replaceAll(/\s+/g, ' '))).toEqual([
      'ann /ping',
      'bot pong',
      'ann /tea',
      'bot Would you like a cup of **tea**?',
      'ann [Yes]',
      'bot Here is your tea.',
      'ann /story',
      'bot Once upon a time there was a bot that never went deaf.',
      'ann /slow',
      'bot Let me think…',
      'bot 42. Sorry for the wait! (too late for a reply: sent as a proactive message)',
    ])
    expect(stderr).toBe('')
    expect(stdout).toMatch(/Stopped\.\n$/)
    expect(code).toBe(0)
  })

  it('MT-07 speaks Chinese to a Chinese terminal', async () => {
    const { until, interrupt, ended } = start({ LANG: 'zh_CN.UTF-8' })
    await until(/轮到你了/)
    interrupt()
    const { stdout, stderr } = await ended
    const own = stdout.split('\n').filter((line) => !/^  (?:ann|bot)/.test(line))
    expect(own.join('\n')).not.toMatch(/[a-z]{2,} [a-z]{2,} [a-z]{2,}/)
    expect(stdout).toMatch(/改为主动消息发送）\n/)
    expect(stderr).toBe('')
  })

  it('ST-05 can be stopped in the middle of the conversation', async () => {
    const { until, interrupt, ended } = start()
    await until(/ann +\/ping/)
    interrupt()
    const { code, stderr } = await ended
    expect(code).toBe(0)
    // What came in and was not handed out yet is lost with a store in memory, and told.
    expect(stderr).toMatch(/^(?:[-\d]+ [:\d]+ qqkit warn: events may be lost: the bot was stopped .*\n)?$/)
  })

  it('says in one line that the port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    try {
      expectOneLine(
        await start({ QQ_SIMULATOR_PORT: String(port) }).ended,
        new RegExp(`${port}.*QQ_SIMULATOR_PORT`),
      )
    } finally {
      server.close()
    }
  })

  it.each([
    ['no secret', { QQ_APP_ID: '102000001' }, /QQ_APP_SECRET is not/],
    ['no AppID', { QQ_APP_SECRET: 'tst-secret-0001' }, /QQ_APP_ID is not/],
    ['both swapped', { QQ_APP_ID: 'tst-secret-0001', QQ_APP_SECRET: '102000001' }, /swapped/],
    ['no port', { QQ_SIMULATOR_PORT: 'here' }, /QQ_SIMULATOR_PORT/],
  ])('says in one line what is wrong: %s', async (_what, env, line) => {
    const ended = await start(env).ended
    expectOneLine(ended, line)
    expect(ended.stderr).not.toContain('tst-secret-0001')
  })

  it('ST-01 says in one line that the platform does not know the bot', async () => {
    const simulator = await startSimulator()
    try {
      const env = { QQ_BASE_URL: simulator.url, QQ_APP_SECRET: 'tst-secret-0001' }
      expectOneLine(await start({ ...env, QQ_APP_ID: '102999999' }).ended, /AppID|appid/i)
      const wrongSecret = { ...env, QQ_APP_ID: simulator.credentials.appId }
      expectOneLine(await start(wrongSecret).ended, /secret/i)
    } finally {
      await simulator.close()
    }
  })

  it('answers on a platform that it has credentials for', async () => {
    const simulator = await startSimulator()
    try {
      const { appId, secret } = simulator.credentials
      const { interrupt, ended, until } = start({
        QQ_APP_ID: appId,
        QQ_APP_SECRET: secret,
        QQ_BASE_URL: simulator.url,
      })
      await until(/Connecting/)
      const seen = async (kind: string, fits: (entry: { kind: string }) => boolean): Promise<void> =>
        new Promise((resolve) => {
          const unsubscribe = simulator.subscribe((entry) => {
            if (entry.kind !== kind || !fits(entry)) return
            unsubscribe()
            resolve()
          })
        })
      await seen('session', () => true)
      const answered = seen('message', (entry) => 'direction' in entry && entry.direction === 'out')
      simulator.user('ann').say('/ping')
      await answered
      const shown = seen('message', (entry) => 'content' in entry && entry.content === '[media]')
      simulator.user('ann').say('/picture')
      await shown
      interrupt()
      expect(await ended).toMatchObject({
        code: 0,
        stderr: expect.stringMatching(
          /^.* qqkit info: ready as .*\n.* qqkit info: the bot has stopped\n$/,
        ) as string,
      })
    } finally {
      await simulator.close()
    }
  })
})
