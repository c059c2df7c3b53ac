import { Buffer } from 'node:buffer'
import { createPrivateKey, type KeyObject, randomBytes, sign } from 'node:crypto'

import type { Advice } from '@qqkit/core'
import { WebhookHeader, webhookPorts } from '@qqkit/protocol'

import { ask } from '../http/ask.js'
import { fault, type Finding, ok, warning } from './finding.js'
import type { Platform } from './platform-checks.js'

const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

/** The key of a bot: its secret, repeated and cut to 32 bytes (docs/protocol, §7.3). */
const keyOf = (secret: string): KeyObject =>
  createPrivateKey({
    key: Buffer.concat([PKCS8_PREFIX, Buffer.alloc(32, Buffer.from(secret))]),
    format: 'der',
    type: 'pkcs8',
  })

const signText = (secret: string, text: string): string =>
  sign(null, Buffer.from(text), keyOf(secret)).toString('hex')

const LOCAL = /^(?:localhost|127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|\[::1\])/

/** What the platform asks of an address before it calls it. */
const checkAddress = (url: URL): readonly Finding[] => {
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
  const ports = webhookPorts.join(', ')
  const rules: readonly (readonly [boolean, Advice, Advice])[] = [
    [
      LOCAL.test(url.hostname),
      {
        en: `${url.hostname} is an address of this network, which QQ cannot reach`,
        zh: `${url.hostname} 是内网地址，QQ 无法访问`,
      },
      { en: 'Give the public address in the console.', zh: '请在管理端填写公网地址。' },
    ],
    [
      url.protocol !== 'https:',
      { en: 'the address has no https', zh: '地址不是 https' },
      {
        en: 'Put a reverse proxy with a certificate before the bot.',
        zh: '请在机器人前面配置带证书的反向代理。',
      },
    ],
    [
      !webhookPorts.includes(port),
      { en: `QQ calls no port ${port}`, zh: `QQ 不会访问端口 ${port}` },
      { en: `Use one of the ports ${ports}.`, zh: `请使用端口 ${ports} 之一。` },
    ],
  ]
  return rules.flatMap(([broken, text, next]) => (broken ? [warning('webhook', text, next)] : []))
}

const SECRET: Advice = {
  en: 'Give the bot the AppSecret of the same bot, and let nothing change the body on its way.',
  zh: '请为机器人配置同一个机器人的 AppSecret，并确保请求体在途中不被修改。',
}

/** Calls a webhook as the platform does: an address check, then a push with a forged signature. */
export const checkWebhook = async (
  address: string,
  { settings: { appId, secret }, signal, now }: Platform,
): Promise<readonly Finding[]> => {
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol))
    return [
      fault(
        'webhook',
        {
          en: 'the webhook is no address with http:// or https://',
          zh: 'webhook 不是 http:// 或 https:// 地址',
        },
        {
          en: 'Write it whole, e.g. https://bot.example.com/webhook',
          zh: '请写完整，例如 https://bot.example.com/webhook',
        },
      ),
    ]
  const rules = checkAddress(new URL(address))
  const time = String(Math.floor(now() / 1000))
  const token = randomBytes(16).toString('hex')
  const body = JSON.stringify({ op: 13, d: { plain_token: token, event_ts: time } })
  const headers = { [WebhookHeader.Appid]: appId, [WebhookHeader.Timestamp]: time }
  const right = { ...headers, [WebhookHeader.Signature]: signText(secret, time + body) }
  const proof = await ask(address, { signal, headers: right, body })
  if ('failed' in proof)
    return [
      ...rules,
      fault(
        'webhook',
        { en: `does not answer: ${proof.failed.en}`, zh: `没有回应：${proof.failed.zh}` },
        proof.next,
      ),
    ]
  if (proof.json?.['plain_token'] !== token || proof.json['signature'] !== signText(secret, time + token)) {
    const missing = proof.status === 404 || proof.status === 405
    return [
      ...rules,
      fault(
        'webhook',
        missing
          ? {
              en: `no webhook is at this path: HTTP ${proof.status}`,
              zh: `该路径上没有 webhook：HTTP ${proof.status}`,
            }
          : {
              en: `did not prove the secret (op 13): HTTP ${proof.status}`,
              zh: `没有通过地址校验（op 13）：HTTP ${proof.status}`,
            },
        missing ? { en: 'Compare the path with that of the bot.', zh: '请核对机器人配置的路径。' } : SECRET,
      ),
    ]
  }
  // An event of no kind: a bot that takes it by mistake has nothing to do.
  const event = JSON.stringify({ op: 0, id: `qqkit:${token}`, t: 'QQKIT_DOCTOR', d: {} })
  const forged = { ...headers, [WebhookHeader.Signature]: signText(`not ${secret}`, time + event) }
  const push = await ask(address, { signal, headers: forged, body: event })
  if (!('failed' in push) && push.status < 300)
    return [
      ...rules,
      fault(
        'webhook',
        { en: 'takes pushes with a forged signature', zh: '接受了伪造签名的推送' },
        {
          en: 'Verify the signature of each push: anyone can send events to this bot.',
          zh: '请校验每次推送的签名，否则任何人都能向该机器人发送事件。',
        },
      ),
    ]
  return [
    ...rules,
    ok('webhook', {
      en: 'proves the secret, and refuses forged pushes',
      zh: '地址校验通过，并拒绝伪造的推送',
    }),
  ]
}
