import { isKeptAddress, kindOfAttachment } from '../core/messages/contents.js'
import {
  stepsOf,
  type RecordedAct,
  type RecordedFile,
  type RecordedHappening,
  type RecordedMessage,
  type RecordedReply,
  type RecordedTurn,
  type Recording,
} from './recording.js'

/** How the test file of a recording is written. */
export interface TestFileOptions {
  /** The test runner; default `'vitest'`. */
  readonly runner?: 'vitest' | 'node:test'
  /** The module that exports `createBot`, a function from options to the bot; default `'./bot.js'`. */
  readonly bot?: string
  /** The title of the test. */
  readonly title?: string
}

const quote = (text: string): string =>
  `'${JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"')
    .replaceAll("'", String.raw`\'`)}'`

const list = (texts: readonly string[]): string => `[${texts.map(quote).join(', ')}]`

/** A person as an expression of the desk. */
const personOf = ({ scene, peer, person }: RecordedTurn): string => {
  if (scene === 'c2c') return `desk.user(${quote(peer)})`
  if (scene === 'dm') return `desk.dm(${quote(peer)})`
  return `desk.${scene}(${quote(peer)}).user(${quote(person)})`
}

/** A file as an attachment; one without bytes has its name and kind alone. */
const fileOf = ({ url, content_type, filename, data }: RecordedFile): string =>
  data === undefined ? addressed({ url, content_type, filename }) : kept(data, content_type, filename ?? '')

const kept = (data: string, content_type: string, name: string): string =>
  `desk.sim.file(Buffer.from('${data}', 'base64'), { name: ${quote(name)}, kind: '${kindOfAttachment(content_type)}' })`

const addressed = ({
  url,
  content_type,
  filename,
}: Pick<RecordedFile, 'url' | 'content_type'> & { readonly filename: string | undefined }): string =>
  `{ url: ${quote(url)}, content_type: ${quote(content_type)}${filename === undefined ? '' : `, filename: ${quote(filename)}`} }`

/** Variables of the test, for turns and replies that a later line needs. */
const turnName = (turn: number): string => `turn${turn + 1}`
const replyName = (turn: number, reply: number): string => `reply${turn + 1}_${reply + 1}`

const messageOf = ({ turn, reply }: RecordedMessage): string =>
  reply === undefined ? `${turnName(turn)}.ids[0] ?? ''` : `${replyName(turn, reply)}.entry.id`

/** What a person does beyond the methods of a desk's people. */
const doing = (expression: string): string => `does(() => desk.sim.${expression})`

const happenings: Readonly<Record<RecordedHappening, (turn: RecordedTurn) => string>> = {
  befriend: () => 'befriend()',
  unfriend: ({ peer }) => doing(`user(${quote(peer)}).unfriend()`),
  join: () => 'join()',
  leave: () => 'leave()',
  allow: (turn) => doing(permitted(turn, 'allow')),
  refuse: (turn) => doing(permitted(turn, 'refuse')),
  addBot: (turn) => doing(moved(turn, 'addBot')),
  removeBot: (turn) => doing(moved(turn, 'removeBot')),
}

const permitted = ({ scene, peer, person }: RecordedTurn, what: string): string =>
  scene === 'group' ? `group(${quote(peer)}).${what}(${quote(person)})` : `user(${quote(peer)}).${what}()`

const moved = ({ scene, peer, person }: RecordedTurn, what: string): string => {
  const guild = peer.includes('/') ? quote(peer.split('/')[0] ?? '') : ''
  return `${scene === 'group' ? `group(${quote(peer)})` : `guild(${guild})`}.${what}(${quote(person)})`
}

const actOf = (turn: RecordedTurn): string => {
  const { act } = turn
  const self = personOf(turn).replace(/^desk\./, '')
  if (act.kind === 'say') return sayingOf(act)
  if (act.kind === 'press') return `press(${quote(act.button)})`
  if (act.kind === 'recall') return doing(`${self}.recall(${messageOf(act.message)})`)
  if ('emoji' in act) return doing(`${self}.${act.kind}(${messageOf(act.message)}, ${quote(act.emoji)})`)
  return happenings[act.kind](turn)
}

const sayingOf = (act: Extract<RecordedAct, { kind: 'say' }>): string => {
  const options = [
    ...(act.mention === false ? ['at: false'] : []),
    ...(act.files ? [`attachments: [${act.files.map(fileOf).join(', ')}]`] : []),
    ...(act.quote ? [`quote: ${messageOf(act.quote)}`] : []),
  ]
  return `say(${quote(act.text)}${options.length > 0 ? `, { ${options.join(', ')} }` : ''})`
}

/** ms that the kit waits anyway; a slower reply is waited for twice as long as it took. */
const PATIENCE = 2_000

const expectationOf = ({ after, content, buttons, media, streamed }: RecordedReply): string => {
  const fields = [
    // The kind stands for the text of a message without one.
    ...(content === undefined || (media && content === '[media]') ? [] : [`content: ${quote(content)}`]),
    ...(buttons ? [`buttons: ${list(buttons)}`] : []),
    ...(media ? [`media: ${quote(media)}`] : []),
    ...(streamed ? ['streamed: true'] : []),
  ]
  const alone = fields.length === 1 && content !== undefined && !media
  const expected = fields.length === 0 ? 'undefined' : alone ? quote(content) : `{ ${fields.join(', ')} }`
  const options = after > PATIENCE ? `, { timeout: ${after * 2} }` : ''
  return `expect(${expected === 'undefined' && options === '' ? '' : expected}${options})`
}

/** What the test cannot do as it was done. */
const notesOf = ({ act }: RecordedTurn): readonly string[] =>
  (act.kind === 'say' ? (act.files ?? []) : [])
    .filter(({ url, data }) => data === undefined && isKeptAddress(url))
    .map(
      ({ filename = 'the file' }) =>
        `// The bytes of ${JSON.stringify(filename)} are not here: it is larger than 256 KiB, or no longer kept.`,
    )

/** What a group hears after a turn that says something in it. */
const hearingOf = ({ scene, act }: RecordedTurn): boolean | null =>
  scene === 'group' && act.kind === 'say' ? act.hearsAll === true : null

/** The lines of a test, each an act, an expectation, or both. */
const linesOf = (recording: Recording): readonly string[] => {
  const { turns } = recording
  const quotes = turns.flatMap(({ act }): readonly RecordedMessage[] => {
    if ('message' in act) return [act.message]
    return act.kind === 'say' && act.quote ? [act.quote] : []
  })
  const isQuoted = (turn: number, reply?: number): boolean =>
    quotes.some((each) => each.turn === turn && each.reply === reply)
  const steps = stepsOf(recording)
  const short = new Set(
    steps.flatMap(({ turn, reply }, at) =>
      reply === 0 && turns[turn]?.replies.length === 1 && steps[at - 1]?.turn === turn ? [turn] : [],
    ),
  )
  const hears = new Map<string, boolean>()
  /** A turn whose only reply follows at once needs no name. */
  const isShort = (turn: number): boolean => short.has(turn) && !isQuoted(turn)

  const expectation = (turn: number, reply: number, of: string): string => {
    const name = isQuoted(turn, reply) ? `const ${replyName(turn, reply)} = ` : ''
    return `${name}await ${of}.${expectationOf(turns[turn]?.replies[reply] ?? { after: 0 })}`
  }

  return steps.flatMap(({ turn, reply }) => {
    const recorded = turns[turn]
    if (!recorded) return []
    const act = `${personOf(recorded)}.${actOf(recorded)}`
    const noted = notesOf(recorded)
    if (reply !== null) return isShort(turn) ? [] : [expectation(turn, reply, turnName(turn))]
    const hearing = hearingOf(recorded)
    const before = hearing !== null && hearing !== (hears.get(recorded.peer) ?? false)
    if (hearing !== null) hears.set(recorded.peer, hearing)
    const lines = [
      ...noted,
      ...(before ? [`desk.sim.group(${quote(recorded.peer)}).hearAll(${hearing})`] : []),
    ]
    if (isShort(turn)) return [...lines, expectation(turn, 0, act)]
    const silent = recorded.replies.length === 0
    if (silent && !isQuoted(turn)) return [...lines, `await ${act}.expectNothing()`]
    const name = turnName(turn)
    return [...lines, `const ${name} = ${act}`, ...(silent ? [`await ${name}.expectNothing()`] : [])]
  })
}

/** ms after which vitest gives a test up. */
const LIMIT = 5_000
/** ms that silence and an answer of a fast bot take at most. */
const STEP = 300

/** The longest time of a test that vitest would give up before its end, as its last argument. */
const limitOf = (recording: Recording): string => {
  const waits = recording.turns.flatMap(({ replies }) => [STEP, ...replies.map(({ after }) => after)])
  const whole = waits.reduce((sum, ms) => sum + ms, 0)
  return 2 * whole < LIMIT ? '' : `, ${Math.ceil((2 * whole + LIMIT) / 1000) * 1000}`
}

/**
 * A recording as a test file, which passes with the bot that was recorded.
 *
 * @example
 *   writeFileSync('conversation.test.ts', testFileOf(recordingOf(sim.log.entries())))
 */
export const testFileOf = (
  recording: Recording,
  {
    runner = 'vitest',
    bot = './bot.js',
    title = 'answers as it did when it was recorded',
  }: TestFileOptions = {},
): string => {
  const body = linesOf(recording)
  return `import { startDesk } from '@qqkit/simulator/testing'
import { it } from ${quote(runner)}

// A function that creates the bot with the options it gets.
import { createBot } from ${quote(bot)}

it(${quote(title)}, async () => {
  const desk = await startDesk(createBot)
  try {
${body.map((line) => `    ${line}\n`).join('')}  } finally {
    await desk.close()
  }
}${runner === 'vitest' ? limitOf(recording) : ''})
`
}
