import { OptionsError } from '@qqkit/core'
import { checkOptions } from '@qqkit/core/internal'
import * as v from 'valibot'

import { happenings } from '../core/actions/lifecycle.js'
import { allScenes } from '../core/rules/scene.js'
import { checkFault, checkSocketAction, oneOfKinds } from '../faults/check-fault.js'
import { checkName, checkSwitch } from '../live/check-live.js'
import type { Scenario } from './scenario.js'

const text = v.pipe(v.string('give a text'), v.minLength(1, 'give a text that is not empty'))
const ms = v.pipe(v.number('give ms'), v.finite('give ms'), v.minValue(0, 'give ms, at least 0'))
const TIMES = 'give a number from 1 to 1 000 000'

const time = {
  at: ms,
  every: v.optional(v.pipe(ms, v.minValue(1, 'give at least 1 ms'))),
  times: v.optional(
    v.pipe(v.number(TIMES), v.integer(TIMES), v.minValue(1, TIMES), v.maxValue(1_000_000, TIMES)),
  ),
}

const someone = {
  scene: v.picklist(allScenes, "give 'c2c', 'group', 'channel' or 'dm'"),
  peer: text,
  person: v.optional(text),
}

const step = v.variant(
  'kind',
  [
    v.strictObject({
      ...time,
      kind: v.literal('say'),
      ...someone,
      text,
      mention: v.optional(v.boolean('give true or false')),
      copies: v.optional(
        v.pipe(v.number(TIMES), v.integer(TIMES), v.minValue(1, TIMES), v.maxValue(100, TIMES)),
      ),
    }),
    v.strictObject({ ...time, ...someone, kind: v.literal('press'), button: text }),
    v.strictObject({
      ...time,
      ...someone,
      kind: v.literal('happen'),
      what: v.picklist(happenings, `give one of ${happenings.join(', ')}`),
    }),
    v.strictObject({ ...time, kind: v.literal('publish'), t: text, d: v.unknown() }),
    v.strictObject({ ...time, kind: v.literal('fault'), fault: v.looseObject({}) }),
    v.strictObject({ ...time, kind: v.literal('clear'), id: v.optional(text) }),
    v.strictObject({ ...time, kind: v.literal('now'), action: v.looseObject({}) }),
    v.strictObject({ ...time, kind: v.literal('live'), name: text, value: v.union([text, v.number()]) }),
    v.strictObject({ ...time, kind: v.picklist(['forget-sessions', 'revoke-tokens']) }),
    v.strictObject({
      ...time,
      kind: v.literal('bot'),
      intents: v.optional(v.pipe(v.number('give an intent mask'), v.safeInteger('give an intent mask'))),
      standing: v.optional(v.picklist(['good', 'delisted', 'banned'], "give 'good', 'delisted' or 'banned'")),
    }),
  ],
  oneOfKinds,
)

const schema = v.strictObject({
  name: v.pipe(text, v.regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'give a name in kebab case')),
  story: text,
  source: text,
  steps: v.array(step, 'give a list of steps'),
})

/** Runs the check of a part, whose mistake is reported with the place of the part. */
const within = (place: (path: string) => string, check: () => void): void => {
  try {
    check()
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error
    const { path, received, hint } = error
    throw new OptionsError({ subject: 'Scenario', path: place(path), received, hint })
  }
}

/**
 * Checks a scenario, e.g. one that was read from a JSON file.
 *
 * @throws OptionsError with the path of the wrong field
 */
export const checkScenario = (input: unknown): Scenario => {
  // The commonest mistake: a name of an incident.
  if (typeof input === 'string')
    checkOptions('Scenario', v.looseObject({}, "give a scenario, e.g. incidents['op7-then-4009']"), input)
  const scenario = checkOptions('Scenario', schema, input) as unknown as Scenario
  for (const [number, act] of scenario.steps.entries()) {
    const at = `steps.${number}`
    const below = (part: string) => (path: string) => [at, part, path].filter((one) => one !== '').join('.')
    if (act.kind === 'fault') within(below('fault'), () => checkFault(act.fault))
    if (act.kind === 'now') within(below('action'), () => checkSocketAction(act.action))
    if (act.kind !== 'live') continue
    within(
      () => `${at}.name`,
      () => checkName(act.name),
    )
    within(
      () => `${at}.value`,
      () => checkSwitch(act.name, act.value),
    )
  }
  return scenario
}
