import { createDecipheriv, randomBytes } from 'node:crypto'

import { ManualClock } from '@qqkit/core/testing'
import { afterEach, describe, expect, it } from 'vitest'

import { createMemorySimulator, startSimulator } from '../../src/index.js'

const opened: { close(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map(async (one) => one.close()))
})

interface Answer {
  readonly retcode: number
  readonly data: Readonly<Record<string, unknown>>
}

/** A program that asks for a binding; written from §1.7 alone. */
const programOn = (call: (path: string, body: object, accept?: string) => Promise<Response>) => {
  const json = async (path: string, body: object): Promise<Answer> =>
    (await (await call(path, body, 'application/json')).json()) as Answer
  return {
    call,
    begin: async () => {
      const key = randomBytes(32)
      const { data } = await json('/lite/create_bind_task', { key: key.toString('base64') })
      return { key, task: String(data['task_id']) }
    },
    poll: async (task: string) => (await json('/lite/poll_bind_result', { task_id: task })).data,
    json,
  }
}

const overSockets = async () => {
  const sim = await startSimulator({ page: false })
  opened.push(sim)
  const program = programOn(async (path, body, accept) =>
    fetch(sim.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(accept && { accept }) },
      body: JSON.stringify(body),
    }),
  )
  return { sim, program }
}

const unseal = (sealed: unknown, key: Uint8Array): string => {
  const bytes = Buffer.from(String(sealed), 'base64')
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
  decipher.setAuthTag(bytes.subarray(-16))
  return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString()
}

describe('SM-11 binding by a QR code', () => {
  it('gives the credentials of a new bot, whose owner is the person who scanned', async () => {
    const { sim, program } = await overSockets()
    const { key, task } = await program.begin()
    expect(await program.poll(task)).toEqual({
      status: 1,
      bot_appid: '0',
      bot_encrypt_secret: '',
      user_openid: '',
    })
    const bot = sim.scan(task)
    expect(bot.appId).not.toBe(sim.credentials.appId)
    const done = await program.poll(task)
    expect(done).toMatchObject({
      status: 2,
      bot_appid: bot.appId,
      user_openid: sim.user('ann', bot.appId).personId,
    })
    expect(unseal(done['bot_encrypt_secret'], key)).toBe(bot.secret)
  })

  it('gives an existing bot, and an AppID as a number; a link is taken for its task', async () => {
    const { sim, program } = await overSockets()
    const { key, task } = await program.begin()
    const link = `https://q.qq.com/qqbot/openclaw/connect.html?task_id=${task}&source=test&_wv=2`
    sim.scan(link, { bot: sim.credentials.appId, numeric: true, person: 'bob' })
    const done = await program.poll(task)
    expect(done['bot_appid']).toBe(Number(sim.credentials.appId))
    expect(unseal(done['bot_encrypt_secret'], key)).toBe(sim.credentials.secret)
  })

  it('can change an answer on its way', async () => {
    const { sim, program } = await overSockets()
    const { key, task } = await program.begin()
    sim.scan(task, { tampered: true })
    const { bot_encrypt_secret: sealed } = await program.poll(task)
    expect(() => unseal(sealed, key)).toThrow(/auth/)
  })

  it('lets a code expire, and be scanned once', async () => {
    const clock = new ManualClock()
    const sim = createMemorySimulator({ clock })
    const program = programOn(async (path, body, accept) => {
      const { fetch: ask } = await import('undici')
      const answer = await ask(sim.url + path, {
        dispatcher: sim.dispatcher as never,
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(accept && { accept }) },
        body: JSON.stringify(body),
      })
      return answer
    })
    const { task } = await program.begin()
    await clock.advance(600_000)
    expect(await program.poll(task)).toMatchObject({ status: 3, bot_appid: '0' })
    expect(() => sim.scan(task)).toThrow('no open binding task of this code')
    const next = await program.begin()
    sim.scan(next.task)
    expect(() => sim.scan(next.task)).toThrow('no open binding task of this code')
  })

  it('answers a call without Accept with a page, and refuses a wrong key and an unknown task', async () => {
    const { program } = await overSockets()
    const page = await program.call('/lite/create_bind_task', {}, 'text/html')
    expect(page.headers.get('content-type')).toMatch(/text\/html/)
    expect(await page.text()).toContain('<html>')
    for (const key of ['', 'short', 'A'.repeat(44), 7])
      expect(await program.json('/lite/create_bind_task', { key })).toMatchObject({ retcode: -1, data: {} })
    expect((await program.json('/lite/poll_bind_result', { task_id: 'x' })).retcode).toBe(-1)
  })

  it('has a page with a button for a new bot and each existing one', async () => {
    const { sim, program } = await overSockets()
    const { key, task } = await program.begin()
    const address = `${sim.url}/qqbot/openclaw/connect.html`
    const page = await (await fetch(`${address}?task_id=${task}&source=%3Cb%3Etest&_wv=2`)).text()
    expect(page).toContain('A new bot')
    expect(page).toContain(sim.credentials.appId)
    expect(page).not.toContain('<b>test')
    const press = async (bot: string) =>
      fetch(address, { method: 'POST', body: new URLSearchParams({ task_id: task, bot }) })
    expect((await press('404')).status).toBe(410)
    expect((await press(sim.credentials.appId)).status).toBe(200)
    expect(unseal((await program.poll(task))['bot_encrypt_secret'], key)).toBe(sim.credentials.secret)
    expect((await press('new')).status).toBe(410)
    expect((await fetch(`${address}?task_id=${task}`)).status).toBe(410)
  })

  it('keeps key and sealed secret out of the log', async () => {
    const { sim, program } = await overSockets()
    const { key, task } = await program.begin()
    sim.scan(task)
    const done = await program.poll(task)
    const log = JSON.stringify(sim.log.entries())
    expect(log).not.toContain(key.toString('base64'))
    expect(log).not.toContain(String(done['bot_encrypt_secret']))
    expect(log).toContain('binding.poll')
  })
})
