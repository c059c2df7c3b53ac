/**
 * A bot in a process of its own, made to be killed: `crash-bot.ts JSON`. Answers each message of the form `text number`
 * and tells what it does, a line each; see `BotSetup` for how it can be made to hang or to die.
 */
import { Gateway } from '../../src/index.js'
import { fileSessionStore } from '../../src/session/file-store.js'
import { simAccess } from '../support/sim-access.js'
import type { BotSetup } from './bot-setup.js'

const setup = JSON.parse(process.argv[2] ?? '') as BotSetup
const { url, tokenUrl, credentials, file, hangFrom, lockTimeout, drainTimeout, diesIdentifying } = setup

const tell = (...words: readonly unknown[]): void => {
  process.stdout.write(`${words.join(' ')}\n`)
}

const access = simAccess({ url, tokenUrl, credentials } as Parameters<typeof simAccess>[0])

/** Answers with the same text and number every time, so that the platform refuses the answer of a second process. */
const answer = async (openid: string, messageId: string, content: string): Promise<void> => {
  const response = await fetch(`${url}/v2/users/${openid}/messages`, {
    method: 'POST',
    headers: { authorization: `QQBot ${await access.token()}`, 'content-type': 'application/json' },
    body: JSON.stringify({ content: `re: ${content}`, msg_type: 0, msg_id: messageId, msg_seq: 1 }),
  })
  const text = await response.text()
  // So many at once are too many for the platform.
  if (text.includes('22009')) {
    await new Promise((resolve) => setTimeout(resolve, 200))
    return answer(openid, messageId, content)
  }
  if (!response.ok && !text.includes('40054005')) throw new Error(text)
}

const gateway = new Gateway({
  access,
  appId: credentials.appId,
  intents: ['GROUP_AND_C2C_EVENT'],
  shards: 1,
  store: fileSessionStore({ path: file }),
  lockTimeout,
  drainTimeout,
  log: ({ level, event }) => {
    if (level === 'warn' || level === 'error') tell('record', event)
  },
})
gateway.on('gap', ({ reason }) => tell('gap', reason))
gateway.on('abandoned', ({ seq }) => tell('abandoned', seq))
gateway.on('quarantined', ({ event }) => tell('quarantined', event.s))
let waits = false
gateway.on('status', ({ state, reason }) => {
  if (state === 'waiting' && /in use/.test(reason) && !waits) tell('waiting', reason)
  waits = state === 'waiting'
})

if (diesIdentifying) {
  gateway.on('status', ({ state }) => {
    if (state === 'identifying') process.kill(process.pid, 'SIGKILL')
  })
  const looking = setInterval(() => {
    if (!gateway.status().reason.includes('waiting for an identify permit')) return
    clearInterval(looking)
    tell('queued')
  }, 20)
}

process.on('SIGTERM', () => void gateway.close({ resumable: true }))

await gateway
  .run((delivery) => {
    const { frame, replayed, suspect } = delivery
    const message = frame.d as { id: string; content: string; author: { user_openid: string } }
    const number = Number(message.content.split(' ')[1])
    tell('begin', number, frame.s, suspect ? 'suspect' : replayed ? 'replayed' : 'live')
    if (message.content.startsWith('poison')) process.kill(process.pid, 'SIGKILL')
    if (number >= hangFrom) return
    void answer(message.author.user_openid, message.id, message.content).then(() => {
      tell('end', number)
      delivery.settle('done')
    })
  })
  .then(
    () => tell('closed'),
    (error: Error) => tell('stopped', (error as Error & { code: string }).code, error.message),
  )
