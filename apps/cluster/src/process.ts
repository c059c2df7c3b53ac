// One process of the agent. `QQKIT_ROLE` says which: a gateway that publishes events, or a worker that answers them. With PORT the
// events come over webhooks instead.
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import process from 'node:process'

import type { Bot, BotOptions } from '@qqkit/bot'
import { Gateway } from '@qqkit/gateway'
import { qqkitRedis } from '@qqkit/redis'
import { Rest } from '@qqkit/rest'
import { nodeHandler, Webhook } from '@qqkit/webhook'
import { Redis } from 'ioredis'

import { createAgent } from '../../agent/src/agent.js'
import { say } from './lines.js'
import { thinkingModel } from './thinking-model.js'

const { QQ_APP_ID: appId = '', QQ_APP_SECRET: secret = '', QQ_BASE_URL: baseUrl = '' } = process.env
const { REDIS_URL = '', PORT = '', CLUSTER_LEASE, CLUSTER_THINKING } = process.env
const credentials = { appId, secret, baseUrl, tokenUrl: `${baseUrl}/app/getAppAccessToken` }

const redis = qqkitRedis({
  appId,
  client: new Redis(REDIS_URL, { lazyConnect: true }),
  // Short, so that the other worker soon takes over; 15 s are better for a real bot.
  lease: Number(CLUSTER_LEASE ?? 3000),
  log: ({ level, event, message }) => {
    if (level === 'error' || level === 'warn') say(message ?? event)
  },
})

/** Over the gateway: a second process of this kind would stand by. */
const gateway = (): Gateway => {
  const rest = new Rest({ ...credentials, tokens: redis.tokens({ secret }) })
  return new Gateway({
    access: rest.access,
    appId,
    intents: ['GROUP_AND_C2C_EVENT', 'INTERACTION'],
    store: redis.sessions({ standby: true }),
    permits: redis.permits(),
  })
}

const webhook = PORT === '' ? null : new Webhook({ appId, secret })
/** Over webhooks: behind any address that QQ can reach. */
const server = webhook && createServer(nodeHandler(webhook) as RequestListener)
server?.once('listening', () => say(`port ${(server.address() as AddressInfo).port}`))
server?.listen(Number(PORT), '127.0.0.1')

const agent = (source: NonNullable<BotOptions['source']>): Bot => {
  const rest = { limiter: redis.limiter(), tokens: redis.tokens({ secret }) }
  const model = thinkingModel(Number(CLUSTER_THINKING ?? 6000), (what) => say(what))
  return createAgent({ ...credentials, source, rest }, { model, store: redis.states() })
}

// In the role that `QQKIT_ROLE` names, until Ctrl-C or SIGTERM; then it finishes what it has begun.
await redis.run({ publish: () => webhook ?? gateway(), work: agent })
server?.close()
server?.closeAllConnections()
