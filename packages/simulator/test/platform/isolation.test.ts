import { execFile } from 'node:child_process'
import process from 'node:process'
import { promisify } from 'node:util'

import { describe, expect, inject, it, vi } from 'vitest'

import { createMemorySimulator, ListenError, startSimulator } from '../../src/index.js'
import { bundleProgram } from '../support/bundle-program.js'
import { getToken, identified, memoryClient, socketClient } from '../support/clients.js'

describe('two simulators in one process', () => {
  it('SM-04 share nothing', async () => {
    const [one, two] = [await socketClient({ seed: 1 }), await socketClient({ seed: 2 })]
    expect(one.sim.url).not.toBe(two.sim.url)
    const token = await getToken(one)
    await identified(one, token)
    one.sim.user('ann').say('only here')
    one.sim.faults.add({ on: 'call', do: { kind: 'answer', status: 500 }, times: 'forever' })
    expect((await two.call('/users/@me', { token })).status).toBe(401)
    expect((await two.call('/users/@me', { token: await getToken(two) })).status).toBe(200)
    expect(two.sim.snapshot()).toMatchObject({ connections: [], sessions: [], peers: [] })
    expect(two.sim.log.of('message')).toEqual([])
    await one.close()
    expect((await two.call('/gateway')).status).toBe(401)
    await two.close()
  })
})

describe('ports', () => {
  it('SM-04 port 0 gives a free port on loopback; a used port is reported in one line', async () => {
    const sim = await startSimulator()
    const { hostname, port } = new URL(sim.url)
    expect(hostname).toBe('127.0.0.1')
    const taken = startSimulator({ port: Number(port) })
    await expect(taken).rejects.toThrow(ListenError)
    await expect(taken).rejects.toThrow(`port ${port} on 127.0.0.1 is already in use`)
    await sim.close()
    const again = await startSimulator({ port: Number(port) })
    expect(again.url).toBe(sim.url)
    await again.close()
  })

  it('SM-04 a host that other machines can reach causes a warning', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const sim = await startSimulator({ host: '0.0.0.0' })
    expect(warn).toHaveBeenCalledWith(
      expect.stringContaining('0.0.0.0'),
      expect.objectContaining({ code: 'QQKIT_SIMULATOR_OPEN' }),
    )
    expect(new URL(sim.url).hostname).toBe('127.0.0.1')
    // A client that uses another host name gets addresses with that name.
    const { appId, legacyToken } = sim.credentials
    const address = `http://localhost:${new URL(sim.url).port}`
    const answer = await fetch(`${address}/gateway`, {
      headers: { authorization: `Bot ${appId}.${legacyToken}` },
    })
    expect(await answer.json()).toEqual({ url: `${address.replace('http', 'ws')}/websocket` })
    await sim.close()
    warn.mockClear()
    await (await startSimulator({ host: 'localhost' })).close()
    expect(warn).not.toHaveBeenCalled()
    warn.mockRestore()
  })

  it('SM-04 a host that is not of this machine is reported', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    await expect(startSimulator({ host: '192.0.2.1' })).rejects.toThrow(/cannot listen on 192\.0\.2\.1/)
    warn.mockRestore()
  })
})

describe('closing', () => {
  it('SM-04 leaves no handle: a process that closed its simulators exits on its own', async () => {
    const source = new URL('../support/start-and-close.ts', import.meta.url)
    const program = await bundleProgram(source, inject('runFolder'))
    const { stdout } = await promisify(execFile)(process.execPath, [program], { timeout: 20_000 })
    expect(stdout.trim()).toBe('closed')
  }, 30_000)

  it('SM-04 ends connections, calls, timers and scenarios; calls share one promise', async () => {
    const client = await memoryClient()
    const { sim, clock } = client
    const { socket } = await identified(client, await getToken(client))
    sim.faults.add({ on: 'call', do: { kind: 'hang' } })
    const hanging = client.call('/users/@me')
    const { done } = sim.play({
      name: 'later',
      story: 'x',
      source: '§1',
      steps: [{ at: 1_000, kind: 'clear' }],
    })
    await clock.settle()
    const closing = sim.close()
    expect(sim.close()).toBe(closing)
    await closing
    await done
    await expect(hanging).rejects.toBeInstanceOf(Error)
    expect((await socket.untilEnd()).code).toBe(1006)
    expect(clock.pending).toBe(0)
    // Later frames have no effect.
    socket.send({ op: 1, d: null })
    await clock.advance(1_000_000)
    expect(clock.pending).toBe(0)
  })

  it('SM-04 two closed simulators keep no timer of an idle session', async () => {
    const sim = createMemorySimulator()
    sim.user('ann').say('hi')
    await sim.close()
    await sim.close()
    expect(sim.snapshot().connections).toEqual([])
  })
})
