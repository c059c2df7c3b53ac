import { checkOptions } from '@qqkit/core/internal'
import * as v from 'valibot'

import type { Command } from './command.js'

const schema = v.strictObject(
  {
    name: v.string(),
    aliases: v.optional(v.array(v.string(), 'must be a list of names, e.g. ["p"]')),
    description: v.optional(v.string('must be text, one line for the help')),
    usage: v.optional(v.string('must be text, e.g. "<city> [days]"')),
    hidden: v.optional(v.boolean('must be true or false')),
  },
  'there is no such option; known are aliases, description, usage and hidden',
)

/**
 * Checks what a command looks like; its names are checked by themselves.
 *
 * @throws OptionsError
 */
export const checkCommand = (command: Command): void => {
  checkOptions(`command ${command.name}`, schema, command)
}
