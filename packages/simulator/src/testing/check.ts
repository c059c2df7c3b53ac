import type { Clock } from '@qqkit/core'
import { checkOptions } from '@qqkit/core/internal'
import * as v from 'valibot'

import { type FaultName, faults } from '../faults/catalogue.js'
import { type IncidentName, incidents } from '../scenarios/incidents/incidents.js'
import type { Simulator } from '../simulator.js'

const MS = 'give ms: a number from 0 up'
const COUNT = 'give a number from 0 up'

const ms = v.optional(v.pipe(v.number(MS), v.finite(MS), v.minValue(0, MS)))
const flag = v.optional(v.boolean('give true or false'))

const withField = <T>(name: string, hint: string): v.GenericSchema<T> =>
  v.custom<T>((value) => typeof value === 'object' && value !== null && name in value, hint)

const forOwn = v.optional(v.undefined('leave it out: the simulator that is given has it already'))

const common = {
  timeout: ms,
  quiet: ms,
}

const desk = v.strictObject({
  ...common,
  memory: flag,
  clock: v.optional(withField<Clock>('setTimer', 'give a Clock with now, wall and setTimer')),
  platform: v.optional(v.looseObject({}, 'give the options of a simulator')),
  simulator: v.optional(v.undefined()),
  credentials: v.optional(v.undefined('leave it out, or give the simulator that has this bot, too')),
})

const CREDENTIALS = 'give credentials of a bot: sim.credentials, or what sim.addBot() returned'

const deskOfOwn = v.strictObject({
  credentials: v.optional(
    v.looseObject({ appId: v.string(CREDENTIALS), secret: v.string(CREDENTIALS) }, CREDENTIALS),
  ),
  ...common,
  memory: forOwn,
  clock: forOwn,
  platform: forOwn,
  simulator: withField<Simulator>(
    'changeBot',
    'give a simulator of startSimulator() or createMemorySimulator()',
  ),
})

const start = v.strictObject({
  bot: v.custom(
    (value) => typeof value === 'function' || isBot(value),
    'startDesk() has to tell the bot its addresses. Give a function: startDesk((options) => new Bot({ ...options, … })), or a bot made for a simulator of your own: startDesk(bot, { simulator })',
  ),
  options: v.looseObject({}, 'give an object, e.g. { memory: true }'),
})

/** Whether something can be a bot. */
export const isBot = (made: unknown): boolean =>
  typeof made === 'object' &&
  made !== null &&
  typeof Reflect.get(made, 'start') === 'function' &&
  typeof Reflect.get(made, 'stop') === 'function'

const isClass = (value: unknown): boolean =>
  typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value))

/** Checks the arguments of `startDesk()`. */
export const checkStart = (bot: unknown, options: unknown): void => {
  checkOptions('startDesk', start, { bot, options })
  const own = Reflect.get(options as object, 'simulator') !== undefined
  if (typeof bot !== 'function' && !own) checkOptions('startDesk', start, { bot: null, options })
  if (!isClass(bot)) return
  throw new TypeError(
    'startDesk() got a class. Give a function that makes the bot: startDesk((options) => new Bot({ ...options, … }))',
  )
}

/** Checks the options of a desk. */
export const checkDesk = (options: object): void => {
  const own = 'simulator' in options && options.simulator !== undefined
  checkOptions('startDesk', own ? deskOfOwn : desk, options)
}

const waits = v.strictObject({ timeout: ms })
const silence = v.strictObject({ within: ms })
const count = v.strictObject({
  count: v.pipe(v.number(COUNT), v.safeInteger(COUNT), v.minValue(0, COUNT)),
})

/** Checks how long an expectation waits: NaN would never end. */
export const checkWait = (options: object): void => void checkOptions('expect()', waits, options)

/** Checks how long silence lasts. */
export const checkSilence = (options: object): void => void checkOptions('expectNothing()', silence, options)

/** Checks a number of messages, or a code. */
export const checkCount = (subject: string, number: unknown): void =>
  void checkOptions(subject, count, { count: number })

const text = v.optional(v.union([v.string(), v.instance(RegExp)], 'give a text or a pattern'))

const shape = v.strictObject({
  content: text,
  buttons: v.optional(v.array(v.string('give a list of labels'), 'give a list of labels')),
  media: v.optional(
    v.nullable(v.picklist(['image', 'video', 'voice', 'file'], 'give a kind of file, or null for none')),
  ),
  markdown: flag,
  streamed: flag,
  proactive: flag,
})

const ANY = 'give a text, a pattern, a function or fields of a reply'

const any = v.custom(
  (value) =>
    typeof value === 'string' ||
    typeof value === 'function' ||
    (typeof value === 'object' && value !== null && !Array.isArray(value)),
  ANY,
)

/** Checks an expectation: one that says nothing would pass always. */
export const checkExpected = (expected: unknown): void => {
  checkOptions('expect()', v.strictObject({ expected: any }), { expected })
  if (typeof expected === 'object' && !(expected instanceof RegExp)) checkOptions('expect()', shape, expected)
}

const faultName = v.strictObject({
  name: v.picklist(
    Object.keys(faults) as FaultName[],
    "give the name of a fault in the catalogue, such as 'send-hangs'; all are in `faults` of @qqkit/simulator",
  ),
})
const incidentName = v.strictObject({
  name: v.picklist(
    Object.keys(incidents) as IncidentName[],
    "give the name of an incident, such as 'op7-then-4009'; all are in `incidents` of @qqkit/simulator",
  ),
})

const changesOfFault = v.strictObject({
  changes: v.looseObject({}, 'give fields to change, e.g. { times: 2 }'),
})

/** Checks changes of a fault. */
export const checkChanges = (changes: unknown): void =>
  void checkOptions('fault()', changesOfFault, { changes })

const isTurn = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  typeof Reflect.get(value, 'expect') === 'function' &&
  typeof Reflect.get(value, 'expectNothing') === 'function'

const turn = v.strictObject({
  turn: v.custom(isTurn, "give what someone does, without await: expect(desk.user('ann').say('/ping'))"),
})

/** Checks what a matcher is about. */
export const checkTurn = (matcher: string, value: unknown): void =>
  void checkOptions(`${matcher}()`, turn, { turn: value })

const picture = v.strictObject({
  picture: v.union([v.string(), v.instance(Uint8Array)], 'give the address of a picture, or its bytes'),
})

/** Checks a picture. */
export const checkPicture = (value: unknown): void =>
  void checkOptions('sendPicture()', picture, { picture: value })

const ACT = "give a function, e.g. does(() => desk.sim.user('ann').unfriend())"
const act = v.strictObject({ act: v.function(ACT) })

/** Checks what a person does. */
export const checkAct = (value: unknown): void => void checkOptions('does()', act, { act: value })

/** Checks the name of a fault. */
export const checkFaultName = (name: unknown): FaultName => checkOptions('fault()', faultName, { name }).name

/** Checks the name of an incident. */
export const checkIncidentName = (name: unknown): IncidentName =>
  checkOptions('play()', incidentName, { name }).name
