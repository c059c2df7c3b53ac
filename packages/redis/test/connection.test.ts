import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'

import { ManualClock } from '@qqkit/core/testing'
import { systemClock } from '@qqkit/core'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { describe, expect, it } from 'vitest'

import { Connection, type ConnectionDeps } from '../src/port/connection.js'
import { greet } from '../src/port/greeting.js'
import { RedisError } from '../src/port/errors.js'
import { Listener } from '../src/port/listener.js'
import { portOf, type RedisClient, type RedisLink, type RedisPort } from '../src/port/port.js'
import { ports } from './support/port-of.js'
import { redisOfTests } from './support/redis-of-tests.js'
import { RedisServer } from './support/redis-server.js'

const connect = (port: RedisPort, more: Partial<ConnectionDeps> = {}): Connection =>
  new Connection({ port, clock: systemClock, random: () => 0, commandTimeout: 5000, ...more })

const failure = async (work: Promise<unknown>): Promise<RedisError> => {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!RedisError.is(error)) throw new Error(`no RedisError, but ${String(error)}`)
  return error
}

describe('a server of a test', () => {
  const servers: RedisServer[] = []

  it.fails('is there until the test fails', async () => {
    const own = await RedisServer.start()
    servers.push(own)
    await own.kill('SIGSTOP')
    throw new Error('before it is disposed of')
  })

  it('is gone with it', () => {
    expect(servers.map(({ isRunning, folder }) => [isRunning, existsSync(folder)])).toEqual([[false, false]])
  })
})

describe.each(Object.entries(ports))('RD-01 a connection over %s', (_, makePort) => {
  const { server } = redisOfTests()

  it('RD-01 gives the replies of RESP 2, whatever the client prefers', async () => {
    const { command, close } = connect(makePort(server.socket))
    expect(await command(['SET', 'a', '图\u{1F4F7}\n'])).toBe('OK')
    expect(await command(['GET', 'a'])).toBe('图\u{1F4F7}\n')
    expect(await command(['GET', 'nothing'])).toBe(null)
    expect(await command(['HSET', 'h', 'x', '1', 'y', '2'])).toBe(2)
    expect(await command(['HGETALL', 'h'])).toEqual(['x', '1', 'y', '2'])
    expect(await command(['ZADD', 'z', '1.5', 'm'])).toBe(1)
    expect(await command(['ZRANGE', 'z', '0', '-1', 'WITHSCORES'])).toEqual(['m', '1.5'])
    close()
  })

  it('RD-02 tells a refusal of the server by its first word', async () => {
    const { command, close } = connect(makePort(server.socket))
    await command(['SET', 'text', 'x'])
    const error = await failure(command(['LPUSH', 'text', 'y']))
    expect([error.code, error.reply, error.advice?.zh !== undefined]).toEqual([
      'redis_refused',
      'WRONGTYPE',
      true,
    ])
    close()
  })

  it('RD-03 opens the next connection after a loss, and counts them', async () => {
    const connection = connect(makePort(server.socket))
    const id = await connection.command(['CLIENT', 'ID'])
    const killer = connect(makePort(server.socket))
    await killer.command(['CLIENT', 'KILL', 'ID', String(id)])
    // The loss may be seen before or by the next command.
    await connection.command(['PING']).catch(() => null)
    expect(await connection.command(['PING'])).toBe('PONG')
    expect(connection.lives).toBe(2)
    connection.close()
    killer.close()
    expect((await failure(connection.command(['PING']))).code).toBe('redis_closed')
  })

  it('RD-03 fails in words while there is no server, and works again when there is one', async () => {
    const own = await RedisServer.start()
    const connection = connect(makePort(own.socket))
    await connection.command(['PING'])
    await own.kill()
    expect((await failure(connection.command(['PING']))).code).toBe('redis_unavailable')
    expect((await failure(connection.command(['PING']))).code).toBe('redis_unavailable')
    await own.start()
    expect(await connection.command(['PING'])).toBe('PONG')
    connection.close()
  })

  it('RD-02 gives up a server that hangs, and whoever waits for it', async () => {
    const path = join(tmpdir(), `qqkit-hangs-${process.pid}-${Math.round(performance.now())}`)
    const hanging = createServer((socket) => socket.on('error', () => {}))
    await new Promise<void>((resolve) => void hanging.listen(path, resolve))
    const connection = connect(makePort(path), { commandTimeout: 200 })
    const error = await failure(connection.command(['PING']))
    expect(['redis_timeout', 'redis_unavailable']).toContain(error.code)
    connection.close()
    hanging.close()
  })

  it('RD-02 leaves no socket to a server that lets it in and says nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'qqkit-silent-'))
    const closed: Promise<unknown>[] = []
    const silent = createServer((socket) => void closed.push(once(socket.resume(), 'close')))
    silent.listen(join(folder, 's'))
    await once(silent, 'listening')
    const connection = connect(makePort(join(folder, 's')), { commandTimeout: 100 })
    expect((await failure(connection.command(['PING']))).code).toBe('redis_timeout')
    const nothing = (): void => {}
    const deaf = connection.subscribe(['news'], nothing, nothing)
    expect((await failure(deaf)).code).toBe('redis_timeout')
    expect(closed).toHaveLength(2)
    await Promise.all(closed)
    connection.close()
    silent.close()
    rmSync(folder, { recursive: true })
  })

  it('RD-04 hands on the messages of a channel until it is ended', async () => {
    const { command, close } = connect(makePort(server.socket))
    const heard: string[] = []
    const connection = connect(makePort(server.socket))
    const end = await connection.subscribe(
      ['c'],
      (message) => heard.push(message),
      () => {},
    )
    expect(await command(['PUBLISH', 'c', 'one'])).toBe(1)
    while (heard.length === 0) await command(['PING'])
    expect(heard).toEqual(['one'])
    end()
    // The server notices a moment later.
    while ((await command(['PUBLISH', 'c', 'two'])) !== 0);
    expect(heard).toEqual(['one'])
    close()
    connection.close()
  })
})

describe.each<[string, (url: string) => RedisClient]>([
  ['ioredis', (url) => new Redis(url, { lazyConnect: true })],
  ['redis', (url) => createClient({ url })],
])('RD-02 what a server refuses, over %s', (_, make) => {
  const { server } = redisOfTests()

  it('RS-19 RD-02 shows neither the password nor what was sent', async () => {
    const port = await server.listen()
    const right = connect(portOf(make(`redis://127.0.0.1:${port}`))!)
    const wrong = connect(portOf(make(`redis://nobody:hunter2@127.0.0.1:${port}`))!)
    const refused = await failure(right.command(['HSET', 'of hunter2']))
    const unknown = await failure(wrong.command(['PING']))
    expect([refused.reply, unknown.reply]).toEqual(['ERR', 'WRONGPASS'])
    expect(inspect([refused, unknown], { depth: 9, showHidden: true })).not.toContain('hunter2')
    for (const one of [right, wrong]) one.close()
  })

  it('RD-01 uses no other database than the one it was given', async () => {
    const port = await server.listen()
    const connection = connect(portOf(make(`redis://127.0.0.1:${port}/99`))!)
    expect(await failure(connection.command(['PING']))).toMatchObject({
      message: expect.stringContaining('DB index is out of range'),
    })
    connection.close()
  })
})

describe('RD-02 the deadline of a command', () => {
  it('RD-02 destroys the link, and everything on it fails at once', async () => {
    const clock = new ManualClock()
    const destroyed: number[] = []
    let opened = 0
    const port: RedisPort = {
      duplicate: async () => {
        const id = ++opened
        const link: RedisLink = {
          command: async ([name]) => (name === 'PING' ? 'PONG' : new Promise(() => {})),
          subscribe: async () => {},
          destroy: () => void destroyed.push(id),
        }
        return link
      },
    }
    const connection = connect(port, { clock, commandTimeout: 5000 })
    const first = failure(connection.command(['HANGS']))
    await clock.advance(3000)
    const second = failure(connection.command(['HANGS']))
    await clock.advance(2000)
    expect([(await first).code, (await second).code]).toEqual(['redis_timeout', 'redis_timeout'])
    expect(destroyed).toEqual([1])
    expect(await connection.command(['PING'])).toBe('PONG')
    expect(connection.lives).toBe(2)
    connection.close()
    expect(clock.pending).toBe(0)
  })

  it('RD-03 waits longer after each failed opening', async () => {
    const clock = new ManualClock()
    const port: RedisPort = {
      duplicate: async () => Promise.reject(new Error('connect ECONNREFUSED')),
    }
    const connection = connect(port, { clock })
    const times: number[] = []
    for (let turn = 0; turn < 7; turn += 1) {
      const failing = failure(connection.command(['PING']))
      await clock.settle()
      if (turn > 0) await clock.step()
      await clock.settle()
      expect((await failing).code).toBe('redis_unavailable')
      times.push(clock.now())
    }
    expect(times).toEqual([0, 50, 150, 350, 850, 1850, 2850])
  })

  it('RD-03 ends a link that opens after its deadline', async () => {
    const clock = new ManualClock()
    let destroyed = 0
    let open: (link: RedisLink) => void = () => {}
    const port: RedisPort = { duplicate: async () => new Promise((resolve) => (open = resolve)) }
    const connection = connect(port, { clock, commandTimeout: 1000 })
    const failing = failure(connection.command(['PING']))
    await clock.advance(1000)
    expect((await failing).code).toBe('redis_timeout')
    open({ command: async () => null, subscribe: async () => {}, destroy: () => void (destroyed += 1) })
    await clock.settle()
    expect(destroyed).toBe(1)
  })

  it('RD-03 leaves no link that greets in vain', async () => {
    let destroyed = 0
    const port: RedisPort = {
      duplicate: async () => ({
        command: async () => null,
        subscribe: async () => {},
        destroy: () => void (destroyed += 1),
      }),
    }
    const connection = connect(port, {
      greet: async () => Promise.reject(new RedisError('redis_unavailable', 'a replica')),
    })
    expect((await failure(connection.command(['PING']))).message).toContain('a replica')
    expect(destroyed).toBe(1)
  })
})

describe('RD-01 the client', () => {
  it('RD-01 is told by its shape', () => {
    const port: RedisPort = { duplicate: async () => Promise.reject(new Error('unused')) }
    expect(portOf(port)).toBe(port)
    for (const wrong of [null, undefined, 'redis://x', {}, { call: () => {} }])
      expect(portOf(wrong)).toBe(null)
  })
})

describe('RD-13 messages of channels', () => {
  it('RD-13 say each time when they are heard from now on: after the first subscription, and after a loss', async () => {
    const clock = new ManualClock()
    const seen: string[] = []
    const links: (() => void)[] = []
    const listener = new Listener({
      clock,
      listen: async (onMessage, onEnd) => {
        seen.push('subscribes')
        links.push(onEnd)
        await Promise.resolve()
        onMessage('early', 'channel')
        return () => {}
      },
      onMessage: (message) => seen.push(message),
      onOpen: () => seen.push('hears'),
    })
    await clock.settle()
    links[0]?.()
    await clock.advance(2000)
    listener.close()
    expect(seen).toEqual(['subscribes', 'early', 'hears', 'subscribes', 'early', 'hears'])
  })
})

describe('RD-35 a front that listens for codes', () => {
  it('RD-35 hears nothing from a link that ended before its subscription was answered', async () => {
    const clock = new ManualClock()
    const seen: string[] = []
    let tries = 0
    const listener = new Listener({
      clock,
      listen: async (onMessage, onEnd) => {
        tries += 1
        if (tries === 1) onEnd()
        await Promise.resolve()
        onMessage(`from ${tries}`, 'codes')
        return () => seen.push(`ends ${tries}`)
      },
      onMessage: (message) => seen.push(message),
      onLoss: () => seen.push('lost'),
      onOpen: () => seen.push('hears'),
    })
    await clock.settle()
    expect(listener.isOpen).toBe(false)
    await clock.advance(2000)
    expect(listener.isOpen).toBe(true)
    listener.close()
    expect([listener.isOpen, clock.pending]).toEqual([false, 0])
    expect(seen).toEqual(['lost', 'ends 1', 'from 2', 'hears', 'ends 2'])
  })

  it('RD-35 loses a link once, and listens no more when it is closed by whoever hears of the loss', async () => {
    const clock = new ManualClock()
    let losses = 0
    const listener: Listener = new Listener({
      clock,
      listen: async (_onMessage, onEnd) => {
        await Promise.resolve()
        onEnd()
        throw new Error('no link')
      },
      onMessage: () => {},
      onLoss: () => {
        losses += 1
        if (losses === 2) listener.close()
      },
    })
    await clock.advance(10_000)
    expect([losses, listener.isOpen, clock.pending]).toEqual([2, false, 0])
  })
})

describe('RD-48 who greets a server', () => {
  /** A primary as it answers `INFO`, and the facts that it holds: a replica holds those of its primary. */
  const hello = async (
    { run, history, facts }: { run: string; history: string; facts: Map<string, string> },
    time: number,
    again = false,
  ): Promise<readonly [passed: number, rewrites: number]> => {
    let rewrites = 0
    const info = `role:master\r\nrun_id:${run}\r\nmaster_replid:${history}\r\naof_enabled:1\r\nuptime_in_seconds:86400`
    const passed = await greet(
      async ([name, , ...rest]) => {
        if (name === 'INFO') return info
        if (name === 'TIME') return [String(time), '0']
        if (name === 'HMGET') return rest.map((field) => facts.get(field) ?? null)
        if (name === 'BGREWRITEAOF') rewrites += 1
        if (name === 'HSET') for (let at = 0; at < rest.length; at += 2) facts.set(rest[at]!, rest[at + 1]!)
        return 'OK'
      },
      'meta',
      again,
    )
    return [passed, rewrites]
  }

  it('RD-48 learns that it was promoted, also when it is not the first to see that, and how long ago', async () => {
    const facts = new Map<string, string>()
    expect(await hello({ run: 'a', history: '1', facts }, 100)).toEqual([Infinity, 1])
    expect(await hello({ run: 'a', history: '1', facts }, 200)).toEqual([Infinity, 0])
    // A replica that has run for a day takes the place.
    expect(await hello({ run: 'b', history: '2', facts }, 300)).toEqual([0, 1])
    expect(await hello({ run: 'b', history: '2', facts }, 301)).toEqual([1000, 0])
    expect(await hello({ run: 'b', history: '2', facts }, 400)).toEqual([100_000, 0])
    // And the first one again, without a restart, before anybody has seen another.
    expect(await hello({ run: 'b', history: '3', facts }, 500)).toEqual([0, 0])
    expect(await hello({ run: 'b', history: '3', facts }, 501)).toEqual([1000, 0])
    // A restart.
    expect(await hello({ run: 'c', history: '4', facts }, 600)).toEqual([0, 1])
    // A clock that was set back says nothing about how long it is.
    expect(await hello({ run: 'c', history: '4', facts }, 10)).toEqual([0, 0])
  })

  it('RD-48 takes a server without facts for one that has lost them, where it has greeted before', async () => {
    const facts = new Map<string, string>()
    expect(await hello({ run: 'a', history: '1', facts }, 100)).toEqual([Infinity, 1])
    // FLUSHALL, which no connection notices, and a restart.
    facts.clear()
    expect(await hello({ run: 'b', history: '2', facts }, 200, true)).toEqual([0, 1])
    expect(await hello({ run: 'b', history: '2', facts }, 201)).toEqual([1000, 0])
  })
})
