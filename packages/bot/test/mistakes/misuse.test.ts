/** Every public function, with every kind of wrong value in every place: each is an error that says what to write instead. */
import { QqkitError } from '@qqkit/core'
import { RestError } from '@qqkit/rest'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import * as asking from '../../src/asking/index.js'
import * as composer from '../../src/composer/index.js'
import * as control from '../../src/control/index.js'
import * as root from '../../src/index.js'
import * as middleware from '../../src/middleware/index.js'
import * as proactive from '../../src/proactive/index.js'
import * as publish from '../../src/publish/index.js'
import * as quotes from '../../src/quotes/index.js'
import * as voice from '../../src/voice/index.js'
import { memoryBot, type MemoryBot } from '../support/memory-bot.js'

const { Bot } = root
const credentials = { appId: '102000001', secret: 'tst-secret-0001', log: false } as const
const nothing = (): void => {}
const fresh = (): root.Bot => new Bot(credentials)
const target = { scene: 'group', id: 'misuse-group' } as const
const store = proactive.memoryRecordStore<never>()
const { signal } = new AbortController()

/** What people pass by mistake. */
const WRONG = {
  nothing: undefined,
  null: null,
  number: -1,
  text: 'misuse?',
  'empty text': '',
  true: true,
  list: [],
  promise: Promise.resolve({}),
  function: nothing,
  symbol: Symbol('misuse'),
  object: { optoin: 1 },
} as const

type Kind = keyof typeof WRONG

/** The kinds that may be right in a place; all others are mistakes. */
const PLACES = {
  function: ['function'],
  text: ['text'],
  'any text': ['text', 'empty text'],
  'optional text': ['nothing', 'text', 'empty text'],
  'text or pattern': ['text'],
  'text or number': ['text', 'number'],
  number: ['number'],
  'optional number': ['nothing', 'number'],
  stream: ['list', 'function'],
  list: ['list'],
  object: [],
  /** An object whose names are chosen by the user. */
  names: ['object', 'nothing'],
  options: ['nothing'],
  needed: [],
  message: ['text'],
  /** A message that is not looked at, since it is not sent. */
  'unsent message': ['text', 'object'],
  'message or function': ['text', 'function'],
  apology: ['nothing', 'text', 'empty text', 'function', 'object'],
} as const satisfies Record<string, readonly Kind[]>

type Loose = (...given: never[]) => unknown

interface Row {
  readonly call: (...given: unknown[]) => unknown
  /** Each argument: what it may be, and a right one. */
  readonly given: readonly (readonly [keyof typeof PLACES, unknown])[]
  /** Options that may also be `null`. */
  readonly nullable?: readonly string[]
}

const row = (call: Loose, ...given: Row['given']): Row => ({ call: call as Row['call'], given })
const rows = (): composer.ButtonRows => new composer.ButtonRows()
/** The limits of buttons are those of their keyboard. */
const shown =
  (make: Loose): Loose =>
  (...given) =>
    root.keyboard([[make(...given)]] as never)
const clock = { now: () => 0, wall: () => 0, setTimer: () => () => {} }
const args = v.object({ city: v.string() })
const asBot = fresh()

/** The functions that are exported, by name. */
const EXPORTED: Readonly<Record<string, Row>> = {
  Bot: row((options: never) => new Bot(options), ['needed', credentials]),
  scene: row(root.scene, ['text', 'group']),
  stderrSink: row(root.stderrSink, [
    'options',
    { level: 'info', time: true, write: nothing, env: {}, language: 'en', locale: () => 'en', clock },
  ]),
  ark: row(root.ark, ['number', 23], ['names', { '#A#': 'a' }]),
  embed: row(root.embed, ['object', { title: 'a', fields: ['b'] }]),
  file: row(root.file, ['needed', Buffer.from('a')]),
  image: row(root.image, ['text', Buffer.from('a')]),
  video: row(root.video, ['text', Buffer.from('a')]),
  voice: row(root.voice, ['text', Buffer.from('a')]),
  media: row(root.media, ['text', 'misuse-file']),
  keyboard: row(root.keyboard, ['text', [[root.button.callback('A', 'a')]]]),
  markdown: row(root.markdown, ['text', '# a'], ['options', { style: {} }]),
  markdownTemplate: row(root.markdownTemplate, ['text', '1_2'], ['names', { a: 'b' }]),
  quote: row(root.quote, ['text', 'misuse-message']),
  text: row(root.text, ['text', 'a']),
  'button.link': row(
    shown(root.button.link),
    ['text', 'A'],
    ['text', 'https://example.com'],
    ['options', { id: 'a' }],
  ),
  'button.callback': row(shown(root.button.callback), ['text', 'A'], ['text', 'a'], ['options', { id: 'a' }]),
  'button.command': row(
    shown(root.button.command),
    ['text', 'A'],
    ['text', 'a'],
    ['options', { enter: true }],
  ),
  channelLink: row(root.channelLink, ['text', 'misuse-id']),
  code: row(root.code, ['any text', 'misuse-code']),
  codeBlock: row(root.codeBlock, ['any text', 'misuse-code'], ['optional text', 'ts']),
  commandEnter: row(root.commandEnter, ['text', 'misuse-command']),
  commandInput: row(root.commandInput, ['text', 'misuse-command'], ['options', { show: 'misuse' }]),
  emoji: row(root.emoji, ['text or number', '4']),
  escapeContent: row(root.escapeContent, ['any text', 'a']),
  escapeMarkdown: row(root.escapeMarkdown, ['any text', 'a']),
  unescapeContent: row(root.unescapeContent, ['any text', 'a']),
  inlineImage: row(
    root.inlineImage,
    ['text', 'https://example.com/misuse.png'],
    ['needed', { width: 1, height: 1 }],
  ),
  link: row(root.link, ['any text', 'misuse'], ['text', 'https://example.com/misuse']),
  mention: row(root.mention, ['text', 'misuse-id'], ['options', { form: '<@id>' }]),
  mentionEveryone: row(root.mentionEveryone),
  raw: row(root.raw, ['any text', 'a']),
  fileSessionStore: row(root.fileSessionStore, ['needed', { path: './misuse.json' }]),
  fileParkStore: row(root.fileParkStore, ['needed', { path: './misuse.json', perPlace: 1, total: 1 }]),
  memoryParkStore: row(root.memoryParkStore, ['options', { perPlace: 1, total: 1 }]),
  nodeHandler: row(root.nodeHandler, ['needed', new Bot({ ...credentials, source: 'webhook' }).webhook]),

  asking: row(asking.asking, [
    'options',
    { timeout: 1, cancel: 'no', interrupt: 'keep', maxOpen: 1, texts: { over: 'a' } },
  ]),
  dialogue: row(asking.dialogue, ['text', 'misuse'], ['needed', { store, timeout: 1, cancel: ['no'] }]),
  Composer: row(() => new composer.Composer()),
  ButtonRows: row(rows),
  control: row(control.control, [
    'options',
    { stop: ['a'], renew: ['b'], forget: [{ clear: nothing }], texts: { stopped: 'a' } },
  ]),

  allow: row(middleware.allow, [
    'needed',
    {
      scenes: ['c2c'],
      users: ['a'],
      groups: ['a'],
      guilds: ['a'],
      channels: ['a'],
      roles: ['owner'],
      rules: [{ users: ['a'] }],
      when: () => true,
      otherwise: 'reply',
    },
  ]),
  deny: row(middleware.deny, ['needed', { users: ['a'], when: () => true, otherwise: nothing }]),
  cleanModelText: row(
    middleware.cleanModelText,
    ['any text', 'a'],
    ['options', { domains: ['a.b'], mentions: true }],
  ),
  conversationTimeout: row(middleware.conversationTimeout, [
    'needed',
    { after: 1, onTimeout: nothing, onError: nothing, key: () => null, maxConversations: 1, clock },
  ]),
  errorReply: row(middleware.errorReply, ['apology', 'sorry']),
  history: row(middleware.history, [
    'options',
    { limit: 1, maxAge: 1, maxPlaces: 1, scenes: ['c2c'], store, clock },
  ]),
  logger: row(middleware.logger, ['needed', { log: nothing, level: 'info', text: true, clock }]),
  memoryStateStore: row(middleware.memoryStateStore, ['options', { maxEntries: 1, ttl: 1, clock }]),
  mentionOnly: row(middleware.mentionOnly, ['options', { startsWith: ['/'], otherwise: nothing }]),
  sanitizer: row(middleware.sanitizer, ['options', { domains: ['a.b'] }]),
  session: row(middleware.session, ['needed', { initial: () => 0, key: () => null, store }]),
  throttle: row(middleware.throttle, [
    'needed',
    { limit: 1, window: 1, by: 'sender', onLimit: 'reply', maxKeys: 1, store, clock },
  ]),
  typing: row(middleware.typing, ['options', { after: 1, seconds: 1, clock }]),

  broadcast: row(
    proactive.broadcast,
    ['object', fresh()],
    ['list', [target]],
    ['message or function', 'a'],
    ['options', { resume: { id: 'a', store }, onProgress: nothing, signal, concurrency: 1, quotaTimeout: 0 }],
  ),
  forgetBroadcast: row(proactive.forgetBroadcast, ['object', fresh()], ['needed', { id: 'a', store }]),
  fileRecordStore: row(proactive.fileRecordStore, ['needed', { path: './misuse.jsonl' }]),
  memoryRecordStore: row(proactive.memoryRecordStore),
  rememberPlaces: row(
    (bot: never, options: never) => proactive.rememberPlaces(bot, options),
    ['object', asBot],
    ['options', { store, scenes: ['c2c'] }],
  ),
  publish: row(
    publish.publish,
    ['object', fresh()],
    ['options', { scopes: ['c2c'], menu: false, dryRun: true, overwrite: ['menu'], signal }],
  ),
  rememberQuotes: row(quotes.rememberQuotes, ['object', asBot], ['options', { limit: 1, maxAge: 1, store }]),
  voiceFrom: row(
    voice.voiceFrom,
    ['needed', Buffer.from('ID3')],
    ['options', { decode: nothing, maxBytes: 9 }],
  ),
}

/** The methods of what they make. */
const METHODS: Readonly<Record<string, Row>> = {
  'bot.on': row(
    (...given) => fresh().on(...(given as unknown as ['raw', () => void])),
    ['text', 'message'],
    ['function', nothing],
  ),
  'bot.on with a filter': row(
    (...given) => fresh().on(...(given as unknown as ['raw', () => boolean, () => void])),
    ['text', 'message'],
    ['function', () => true],
    ['function', nothing],
  ),
  'bot.command': row(
    (...given) => fresh().command(...(given as unknown as [string, object, () => void])),
    ['text', 'ping'],
    ['options', { aliases: ['p'], description: 'a', usage: '<city>', args, hidden: true }],
    ['function', nothing],
  ),
  'bot.hears': row(
    (...given) => fresh().hears(...(given as unknown as [string, () => void])),
    ['text or pattern', 'hi'],
    ['function', nothing],
  ),
  'bot.button': row(
    (...given) => fresh().button(...(given as unknown as [string, () => void])),
    ['text or pattern', 'tea'],
    ['function', nothing],
  ),
  'bot.use': row((one: never) => fresh().use(one), ['function', nothing]),
  'bot.off': row((one: never) => fresh().on('message', nothing).off(one), ['function', nothing]),
  'bot.catch': row((one: never) => fresh().catch(one), ['function', nothing]),
  'bot.help': row(
    (name: never, options: never) => fresh().help(name, options),
    ['optional text', 'help'],
    ['options', { hidden: true }],
  ),
  'composer.filter': row(
    (...given) => new composer.Composer().filter(...(given as unknown as ['raw', () => boolean])),
    ['text', 'message'],
    ['function', () => true],
  ),
  'composer.extend': row(
    (given: never) => new composer.Composer().extend(given),
    ['function', { chat: middleware.session({ initial: () => 0 }) }],
  ),
  'rows.callback': row(
    (...given) => rows().callback(...(given as unknown as [string, string, () => void])),
    ['text', 'A'],
    ['text', 'a'],
    ['function', nothing],
    ['options', { id: 'a' }],
  ),
  'rows.link': row(
    (...given) => rows().link(...(given as unknown as [string, string])),
    ['text', 'A'],
    ['text', 'https://example.com'],
    ['options', { id: 'a' }],
  ),
  'rows.command': row(
    (...given) => rows().command(...(given as unknown as [string, string])),
    ['text', 'A'],
    ['text', 'a'],
    ['options', { enter: true }],
  ),
  'places.of': row((scene: never) => proactive.rememberPlaces(fresh()).of(scene), ['text', 'group']),
  'places.get': row((one: never) => proactive.rememberPlaces(fresh()).get(one), ['object', target]),
  'places.forget': row((one: never) => proactive.rememberPlaces(fresh()).forget(one), ['object', target]),
  'quotes.find': row(
    (one: never, id: never) => quotes.rememberQuotes(fresh()).find(one, id),
    ['object', target],
    ['any text', 'a'],
  ),
}

/** Whether a value comes within some turns of the event loop; errors are thrown. */
const inTurns = async (made: unknown): Promise<unknown> => {
  let turns = 0
  const over = (async () => {
    while (turns < 30) {
      turns += 1
      await new Promise(setImmediate)
    }
    return 'still waiting'
  })()
  return Promise.race([made, over])
}

const failureOf = async (act: () => unknown): Promise<unknown> => {
  try {
    return { accepted: await inTurns(act()) }
  } catch (error) {
    return error
  }
}

/** Whether it is told by us, before any call. */
const isTold = (error: unknown): error is QqkitError => QqkitError.is(error) && !RestError.is(error)

const complains = (error: unknown): boolean =>
  isTold(error) && /./.test(error.advice?.en ?? '') && /[一-龥]/.test(error.advice?.zh ?? '')

/** Every wrong call of a row, in words. */
const wrongCalls = ({ given, nullable = [] }: Row): readonly (readonly [string, readonly unknown[]])[] =>
  given.flatMap(([place, right], index) => {
    const calls: (readonly [string, readonly unknown[]])[] = []
    const put = (what: string, value: unknown): void => {
      calls.push([
        `${what} as argument ${index + 1}`,
        given.map(([, one], at) => (at === index ? value : one)),
      ])
    }
    const mayBe: readonly Kind[] = PLACES[place]
    for (const [kind, value] of Object.entries(WRONG)) if (!mayBe.includes(kind as Kind)) put(kind, value)
    if (place !== 'options' && place !== 'needed') return calls
    if (typeof right !== 'object' || right === null || Object.getPrototypeOf(right) !== Object.prototype)
      return calls
    for (const option of Object.keys(right)) {
      put(`a symbol for ${option}`, { ...right, [option]: Symbol('misuse') })
      if (!nullable.includes(option)) put(`null for ${option}`, { ...right, [option]: null })
      put(`${option}, misspelt,`, { ...right, [`${option}z`]: 1 })
    }
    return calls
  })

const check = async ({ call, given, nullable }: Row): Promise<void> => {
  const right = await failureOf(() => call(...given.map(([, one]) => one)))
  expect(isTold(right) ? right.message : '', 'with right arguments').toBe('')
  const accepted: string[] = []
  for (const [what, wrong] of wrongCalls({ call, given, ...(nullable && { nullable }) })) {
    const error = await failureOf(() => call(...wrong))
    if (!complains(error)) accepted.push(`${what}: ${(error as Partial<Error>).message ?? 'accepted'}`)
  }
  expect(accepted).toEqual([])
}

describe('MT-11 what people pass by mistake is told, with what to write instead:', () => {
  it.each(Object.entries({ ...EXPORTED, ...METHODS }))('%s', async (_name, one) => {
    await check(one)
  })

  it('every exported function is in the table', () => {
    const modules = [root, asking, composer, control, middleware, proactive, publish, quotes, voice]
    const isError = (value: object): boolean => (value as { prototype?: unknown }).prototype instanceof Error
    const names = modules.flatMap((one) =>
      Object.entries(one).flatMap(([name, value]: [string, unknown]) =>
        typeof value === 'function' && !isError(value) ? name : [],
      ),
    )
    expect(names.filter((name) => !(name in EXPORTED))).toEqual(['Dialogue', 'envelope', 'wakeup'])
  })
})

describe('MT-11 in a handler', () => {
  let stage: MemoryBot
  let places: proactive.Places
  let ctx: root.MessageContext
  let click: root.InteractionContext
  let end = (): void => {}

  beforeAll(async () => {
    stage = memoryBot()
    places = proactive.rememberPlaces(stage.bot)
    const over = new Promise<void>((resolve) => (end = resolve))
    stage.bot.command('menu', (one) =>
      one.reply({ ...root.markdown('?'), ...root.keyboard([[root.button.callback('Tea', 'tea')]]) }),
    )
    stage.bot.on('message', async (one) => {
      ctx = one
      await over
    })
    stage.bot.on('interaction', async (one) => {
      click = one
      await over
    })
    void stage.bot.start()
    await stage.settle(1000)
    const user = stage.sim.user('ann')
    user.say('/menu')
    await stage.settle(1000)
    user.press('Tea')
    user.say('hi')
    await stage.settle(1000)
  })
  afterAll(async () => {
    end()
    await stage.close()
  })

  const calls: Readonly<Record<string, () => Row>> = {
    'ctx.reply': () =>
      row(
        (...given) => ctx.reply(...(given as unknown as ['a'])),
        ['message', 'a'],
        ['options', { signal, to: target, kind: 'notice', quote: false, mention: false, park: false }],
      ),
    'ctx.stream': () =>
      row(
        (...given) => ctx.stream(...(given as unknown as [string[]])),
        ['stream', ['a']],
        ['options', { signal, kind: 'notice', mode: 'append', markdown: false, throttle: 500, maxAge: 1000 }],
      ),
    'ctx.send': () =>
      row(
        (...given) => ctx.send(...(given as unknown as ['a'])),
        ['message', 'a'],
        ['options', { signal, quotaTimeout: 0 }],
      ),
    'ctx.typing': () => row((one: never) => ctx.typing(one), ['options', { signal, seconds: 5 }]),
    'ctx.recall': () =>
      row(
        (...given) => ctx.recall(...(given as unknown as ['a'])),
        ['text', 'misuse'],
        ['options', { signal, to: target, hideTip: true }],
      ),
    'ctx.ack': () => row((one: never) => click.ack(one), ['optional number', 0]),
    'bot.send': () =>
      row(
        (...given) => stage.bot.send(...(given as unknown as [typeof target, 'a'])),
        ['object', target],
        ['message', 'a'],
        ['options', { signal, quotaTimeout: 0 }],
      ),
    'bot.ready': () => row((one: never) => stage.bot.ready(one), ['options', { signal, timeout: 1 }]),
    envelope: () => row(middleware.envelope, ['object', ctx], ['options', { maxLength: 10 }]),
    wakeup: () => {
      return row(
        proactive.wakeup,
        ['object', stage.bot],
        ['text', ctx.target],
        ['unsent message', 'a'],
        ['needed', { places }],
      )
    },
  }

  it.each(Object.entries(calls))('%s', async (_name, make) => {
    await check(make())
  })
})
