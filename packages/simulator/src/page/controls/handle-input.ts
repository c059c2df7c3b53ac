import { QqkitError } from '@qqkit/core'
import * as v from 'valibot'

import { ImpossibleError } from '../../core/kernel/impossible.js'
import { allScenes } from '../../core/rules/scene.js'
import { toChinese } from '../../language/to-chinese.js'
import { InputError, type PageHost, type Speaker } from '../contract/page-host.js'
import { pageActs, type PageInputs, type PageRefusal } from '../contract/inputs.js'
import type { PageView } from '../view/page-view.js'
import { setPageSwitch } from './page-switches.js'
import { readJson } from './read-json.js'
import { requestFault } from './request-fault.js'

const name = v.pipe(v.string(), v.trim(), v.minLength(1, 'must not be empty'), v.maxLength(40, 'is too long'))
const id = v.pipe(v.string(), v.maxLength(200))
const address = v.pipe(v.string(), v.maxLength(2000))
const size = v.optional(v.pipe(v.number(), v.minValue(0)))

const attachment = v.strictObject({
  url: address,
  content_type: id,
  filename: v.optional(id),
  size,
  width: size,
  height: size,
  voice_wav_url: v.optional(address),
})

/** Schemas of the page's inputs, by the last part of the path. */
const inputSchemas: {
  readonly [Name in keyof PageInputs]: v.GenericSchema<unknown, PageInputs[Name]>
} = {
  say: v.strictObject({
    room: id,
    person: name,
    text: v.pipe(v.string(), v.maxLength(4000, 'is too long')),
    at: v.optional(v.boolean(), true),
    quote: v.optional(v.nullable(id), null),
    files: v.optional(v.pipe(v.array(attachment), v.maxLength(10, 'are too many')), []),
  }),
  press: v.strictObject({ message: id, button: id, person: name }),
  recall: v.strictObject({ message: id, person: name }),
  react: v.strictObject({ message: id, person: name, emoji: name, on: v.boolean() }),
  act: v.strictObject({ room: id, person: name, what: v.picklist(pageActs) }),
  choose: v.strictObject({ room: id, person: name, item: name }),
  rooms: v.strictObject({ bot: name, scene: v.picklist(allScenes), room: name, person: name }),
  faults: v.strictObject({
    kind: name,
    times: v.union([
      v.picklist(['once', 'always']),
      v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000)),
    ]),
    target: id,
    values: v.record(v.string(), v.pipe(v.string(), v.maxLength(20_000))),
  }),
  clear: v.strictObject({ id }),
  play: v.strictObject({ scenario: v.string() }),
  playback: v.strictObject({ id: v.number(), to: v.picklist(['pause', 'resume', 'stop']) }),
  clock: v.strictObject({ ms: v.pipe(v.number(), v.minValue(1), v.maxValue(86_400_000)) }),
  live: v.strictObject({ name: v.nullable(name), value: v.nullable(name) }),
}

/** The objects that inputs act on. */
export interface InputTarget {
  readonly host: PageHost
  readonly view: PageView
  /** Returns a new number with every call, for ids. */
  readonly count: () => number
}

type Handlers = {
  readonly [Name in keyof PageInputs]: (target: InputTarget, input: PageInputs[Name]) => void
}

const speakerIn = ({ view }: InputTarget, id: string, person: string): Speaker => {
  const room = view.room(id)
  if (room === undefined) throw new InputError('There is no such conversation.', '没有这个会话。')
  return { room, person }
}

/** A person in the conversation of a message. */
const speakerOn = (target: InputTarget, id: string, person: string): Speaker => {
  const message = target.view.message(id)
  if (message === undefined)
    throw new InputError('The page has dropped this message.', '页面已经不再保留这条消息。')
  return speakerIn(target, message.room, person)
}

const handlers: Handlers = {
  say: (target, { room, person, text, ...options }) => {
    if (text.trim() === '' && options.files.length === 0)
      throw new InputError('There is nothing to send.', '没有可以发送的内容。')
    target.host.say(speakerIn(target, room, person), text, options)
  },
  press: (target, { message, button, person }) =>
    target.host.press(speakerOn(target, message, person), message, button),
  recall: (target, { message, person }) => target.host.recall(speakerOn(target, message, person), message),
  react: (target, { message, person, emoji, on }) =>
    target.host.react(speakerOn(target, message, person), message, emoji, on),
  act: (target, { room, person, what }) => target.host.act(speakerIn(target, room, person), what),
  choose: (target, { room, person, item }) => target.host.choose(speakerIn(target, room, person), item),
  rooms: ({ view }, { bot, scene, room, person }) => view.addPerson(bot, scene, room, person),
  faults: ({ host, count }, order) => requestFault(host, order, count()),
  clear: ({ host, view }, { id }) => {
    host.clearFault(id === 'all' ? null : id)
    view.forgetFault(id === 'all' ? null : id)
  },
  play: ({ host }, { scenario }) => {
    const known = host.incidents.some(({ name }) => name === scenario)
    host.play(known ? scenario : readJson(scenario))
  },
  playback: ({ host }, { id, to }) => {
    if (!host.control(id, to)) throw new InputError('This scenario has ended.', '这个场景已经结束。')
  },
  clock: ({ host }, { ms }) => {
    if (host.advance === null)
      throw new InputError(
        'The clock runs on its own; only a manual one can be moved.',
        '时钟自行走动；只有手动时钟可以拨动。',
      )
    host.advance(ms)
  },
  live: ({ host }, { name, value }) => setPageSwitch(host, name, value),
}

const refuse = (message: string, zh: string, status: number): Response =>
  Response.json({ message, zh } satisfies PageRefusal, { status })

/** The refusal of an error for people; `null` for any other error, which is a defect. */
const inWords = (error: unknown): PageRefusal | null => {
  if (error instanceof InputError || error instanceof ImpossibleError)
    return { message: error.message, zh: error.zh }
  if (!QqkitError.is(error) && !(error instanceof RangeError)) return null
  const { message } = error
  const zh = toChinese(message)
  // Without a row, the advice says at least what to do.
  return { message, zh: zh === message && QqkitError.is(error) ? (error.advice?.zh ?? zh) : zh }
}

const take = (target: InputTarget, name: keyof PageInputs, body: unknown): Response => {
  const result = v.safeParse(inputSchemas[name], body)
  if (!result.success) {
    const [issue] = result.issues
    const path = v.getDotPath(issue)
    return refuse(`${path ?? 'The input'}: ${issue.message}`, `输入有误：${path ?? name}`, 400)
  }
  try {
    const handle = handlers[name] as (target: InputTarget, input: unknown) => void
    handle(target, result.output)
    return new Response(null, { status: 204 })
  } catch (error) {
    const words = inWords(error)
    // No status of an error: a browser would log it as a fault of the page.
    if (words) return refuse(words.message, words.zh, 200)
    throw error
  }
}

const isInput = (name: string): name is keyof PageInputs => Object.hasOwn(inputSchemas, name)

/** Handles one input of the page; 204 on success, 200 with the reason when it is refused. The feed carries the changes. */
export const handleInput = async (target: InputTarget, name: string, request: Request): Promise<Response> => {
  if (!isInput(name)) return refuse('There is no such input.', '没有这个输入。', 404)
  const body: unknown = await request.json().catch(() => undefined)
  return body === undefined
    ? refuse('The body is not JSON.', '正文不是 JSON。', 400)
    : take(target, name, body)
}
