import type { Context } from '../context.js'
import { finish } from '../finish.js'
import type { InputOf } from '../handlers.js'
import type { Step } from '../step.js'
import { brokenBy } from './fatal.js'
import { lose } from './lose.js'
import type { Losable } from './loss-facts.js'

/** Something of ours threw: a fresh connection after a moment, unless even that cannot be brought about (ST-03). */
export const onFault = (state: Losable, { error, last }: InputOf<'fault'>, context: Context): Step =>
  last ? finish(state, brokenBy(error), true) : lose(state, { kind: 'fault', error }, context)
