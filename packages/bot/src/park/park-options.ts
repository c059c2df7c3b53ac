import { checkOptions } from '@qqkit/core/internal'
import * as v from 'valibot'

import { parkDefaults, type ParkLimits } from './park-store.js'

const COUNT = 'must be a whole number from 1 up'
const count = v.optional(v.pipe(v.number(COUNT), v.integer(COUNT), v.minValue(1, COUNT)))
const limits = { perConversation: count, total: count }

const unknownOr =
  (hint: string) =>
  ({ expected }: v.StrictObjectIssue): string =>
    expected === 'never' ? 'there is no such option' : hint

/** @throws OptionsError */
export const checkParkLimits = (subject: string, input: ParkLimits): Required<ParkLimits> => {
  const schema = v.strictObject(limits, unknownOr('must be { perConversation?, total? }'))
  return { ...parkDefaults, ...checkOptions(subject, schema, input) } as Required<ParkLimits>
}

/** Where {@link fileParkStore} keeps replies, and how many. */
export interface FileParkStoreOptions extends ParkLimits {
  /** Name of a file, e.g. `'./parked.json'`. */
  readonly path: string
}

const PATH = 'must be the name of a file, e.g. "./parked.json"'
const fileSchema = v.strictObject(
  { path: v.pipe(v.string(PATH), v.nonEmpty(PATH)), ...limits },
  unknownOr('must be { path, perConversation?, total? }'),
)

/** @throws OptionsError */
export const checkFileParkStore = (input: FileParkStoreOptions): Required<FileParkStoreOptions> =>
  ({ ...parkDefaults, ...checkOptions('fileParkStore', fileSchema, input) }) as Required<FileParkStoreOptions>
