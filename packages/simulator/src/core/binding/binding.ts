import { Buffer } from 'node:buffer'
import { createCipheriv } from 'node:crypto'

import type { Bot, BotWorld } from '../bot/state.js'
import type { Answer } from '../http/answers.js'
import { textIn } from '../http/scalars.js'
import { putBounded } from '../kernel/bounded-map.js'
import { openidOf } from '../kernel/ids.js'
import type { HttpRequest } from '../kernel/input.js'
import { drawHex, drawUuid } from '../kernel/random.js'

/** What a person's scan gave to a task. */
interface Bound {
  readonly appId: string | number
  /** IV, encrypted secret and tag, as base64. */
  readonly sealed: string
  readonly owner: string
}

/** A QR code that waits for a scan ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/01-credentials-and-token.md#1-7 §1.7}). */
export interface BindTask {
  /** Of the program that asked: the secret is encrypted with it. */
  readonly key: Uint8Array
  readonly expiresAt: number
  bound: Bound | null
}

/** The world with its binding tasks, by id. */
export interface BindingWorld extends BotWorld {
  readonly bindTasks: Map<string, BindTask>
}

/** ms that a code can be scanned. Clients give up after about ten minutes; the real life of a task is not known (§1.7). */
const TASK_LIFE = 600_000
const MOST_TASKS = 1000
const KEY_LENGTH = 32

const STATUS = { waiting: 1, done: 2, expired: 3 } as const

/** The envelope of this host; it differs from that of the bot API. */
const envelope = (data: object): Answer => ({ status: 200, json: { retcode: 0, msg: 'success', data } })

/** A failure. No number but 0 is described anywhere. */
const failure = (message: string): Answer => ({
  status: 200,
  json: { retcode: -1, msg: message, data: {} },
  executed: false,
})

/** The page against robots that calls without `Accept: application/json` may get. */
const robotPage: Answer = {
  status: 200,
  raw: '<!doctype html><html><head><title>Just a moment</title></head><body>Checking your browser</body></html>',
  type: 'text/html',
  executed: false,
}

const isForPrograms = ({ headers }: HttpRequest): boolean =>
  (headers['accept'] ?? '').includes('application/json')

type Body = Readonly<Record<string, unknown>> | null

const keyIn = (body: Body): Buffer | null => {
  const text = textIn(body?.['key'])
  const key = Buffer.from(text, 'base64')
  return key.length === KEY_LENGTH && key.toString('base64') === text ? key : null
}

/** `POST /lite/create_bind_task` (§1.7, step 1). */
export const createBindTask = (world: BindingWorld, request: HttpRequest, body: Body): Answer => {
  if (!isForPrograms(request)) return robotPage
  const key = keyIn(body)
  if (!key) return failure('invalid key')
  const id = drawUuid(world.random)
  putBounded(world.bindTasks, id, { key, expiresAt: world.now + TASK_LIFE, bound: null }, MOST_TASKS)
  return envelope({ task_id: id })
}

/** While a code waits, the fields of the result are there, with empty values. */
const emptyResult = { bot_appid: '0', bot_encrypt_secret: '', user_openid: '' }

/** `POST /lite/poll_bind_result` (§1.7, steps 3 and 4). */
export const pollBindResult = (world: BindingWorld, request: HttpRequest, body: Body): Answer => {
  if (!isForPrograms(request)) return robotPage
  const task = world.bindTasks.get(textIn(body?.['task_id']))
  if (!task) return failure('no such task')
  if (task.bound) {
    const { appId, sealed, owner } = task.bound
    const data = { status: STATUS.done, bot_appid: appId, bot_encrypt_secret: sealed, user_openid: owner }
    const logged = JSON.stringify({ retcode: 0, data: { ...data, bot_encrypt_secret: '[secret]' } })
    return { ...envelope(data), logged }
  }
  const status = world.now >= task.expiresAt ? STATUS.expired : STATUS.waiting
  return envelope({ status, ...emptyResult })
}

/** How a person scans a code. */
export interface ScanOptions {
  /** Default `'ann'`. */
  readonly person?: string
  /** Whether the platform gives the AppID as a number; default as text. */
  readonly numeric?: boolean
  /** Whether the answer is changed on its way, so that its tag is wrong. */
  readonly tampered?: boolean
}

const seal = (world: BindingWorld, key: Uint8Array, secret: string, tampered: boolean): string => {
  const iv = Buffer.from(drawHex(world.random, 24), 'hex')
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
  const tag = cipher.getAuthTag()
  if (tampered) tag.writeUInt8(tag.readUInt8(0) ^ 1, 0)
  return Buffer.concat([iv, text, tag]).toString('base64')
}

/** Whether a code can be scanned now. */
export const isOpenTask = (world: BindingWorld, id: string): boolean => {
  const task = world.bindTasks.get(id)
  return task !== undefined && task.bound === null && world.now < task.expiresAt
}

/** A person scans a code and chooses a bot. The task must be open. */
export const bindTo = (
  world: BindingWorld,
  id: string,
  bot: Pick<Bot, 'appId' | 'secret'>,
  { person = 'ann', numeric = false, tampered = false }: ScanOptions,
): void => {
  const task = world.bindTasks.get(id)
  if (!task) return
  task.bound = {
    appId: numeric ? Number(bot.appId) : bot.appId,
    sealed: seal(world, task.key, bot.secret, tampered),
    owner: openidOf(bot.appId, 'user', person),
  }
}
