import { bindTo, isOpenTask } from '../binding/binding.js'
import type { Answer } from '../http/answers.js'
import type { HttpRequest } from '../kernel/input.js'
import { addBot } from '../world/bots.js'
import type { World } from '../world/world.js'

const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)};`)

const page = (content: string, status = 200): Answer => ({
  status,
  raw: `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Scan</title></head><body>${content}</body></html>`,
  type: 'text/html; charset=utf-8',
  headers: { 'content-security-policy': "default-src 'none'; form-action 'self'; frame-ancestors 'none'" },
})

const closed = page('<p>This code has expired, or was used. 二维码已过期或已使用。</p>', 410)

const choice = (task: string, value: string, label: string): string =>
  `<form method="post"><input type="hidden" name="task_id" value="${escape(task)}"><input type="hidden" name="bot" value="${escape(value)}"><button>${escape(label)}</button></form>`

/** The page behind a QR code: a person on this machine presses what they would choose on the phone (§1.7, step 2). */
export const showScanPage = (world: World, { query }: HttpRequest): Answer => {
  const parameters = new URLSearchParams(query)
  const task = parameters.get('task_id') ?? ''
  if (!isOpenTask(world, task)) return closed
  const program = escape(parameters.get('source') ?? '')
  const known = [...world.bots.values()].map(({ appId, name }) => choice(task, appId, `${name} (${appId})`))
  return page(
    `<h1>Scan: ${program} 请求绑定机器人</h1>${choice(task, 'new', 'A new bot 新建机器人')}${known.join('')}`,
  )
}

/** A choice on that page. */
export const takeScan = (world: World, request: HttpRequest): Answer => {
  const fields = new URLSearchParams(new TextDecoder().decode(request.body))
  const task = fields.get('task_id') ?? ''
  if (!isOpenTask(world, task)) return closed
  const named = fields.get('bot') ?? ''
  const bot = named === 'new' ? addBot(world) : world.bots.get(named)
  if (!bot) return closed
  bindTo(world, task, bot, {})
  return page(`<p>${escape(bot.name)}: back to the terminal. 请回到终端。</p>`)
}
