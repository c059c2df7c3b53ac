import { checkOptions } from '@qqkit/core/internal'
import * as v from 'valibot'

import type { LiveName } from '../core/rules/live-settings.js'
import { liveNames, liveSwitches } from '../core/rules/live-switches.js'

const SUBJECT = 'live switch'

const KNOWN = `give one of the live switches: ${liveNames.join(', ')}`

const valueSchema = (name: LiveName): v.GenericSchema<string | number> => {
  const { values, number } = liveSwitches[name]
  const quoted = values.map((value) => `'${value}'`)
  const hint = `give ${[...quoted, ...(number === null ? [] : [`a number of ${number} from 1`])].join(' or ')}`
  const known = v.picklist(values, hint)
  if (number === null) return known
  return v.union([known, v.pipe(v.number(hint), v.safeInteger(hint), v.minValue(1, hint))], hint)
}

const valueSchemas: Readonly<Record<string, v.GenericSchema<string | number>>> = Object.fromEntries(
  liveNames.map((name) => [name, valueSchema(name)]),
)

const isName = (name: string): boolean => Object.hasOwn(valueSchemas, name)

/** The schema of the option `live`: any of the switches. */
export const liveOption: v.GenericSchema<object> = v.strictObject(
  Object.fromEntries(liveNames.map((name) => [name, v.optional(valueSchema(name))])),
  KNOWN,
)

/**
 * Checks the name of a switch.
 *
 * @throws OptionsError that lists the names
 */
export const checkName = (name: string): void => {
  if (!isName(name)) checkOptions(SUBJECT, v.strictObject({}, KNOWN), { [name]: name })
}

/**
 * Checks the name and the value of a switch.
 *
 * @throws OptionsError that lists the names, or the values of the switch
 */
export const checkSwitch = (name: string, value: unknown): void => {
  checkName(name)
  checkOptions(SUBJECT, v.strictObject({ [name]: valueSchemas[name] ?? v.never() }), { [name]: value })
}
