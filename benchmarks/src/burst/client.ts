/** Receives bursts with one contender and reports its figures to the parent process. */
import process from 'node:process'

import { countEvents, type Measure } from '../measure/count-events.js'
import { receivers } from './clients.js'

const [, , name = '', measure = 'cpu', port = '', total = '1'] = process.argv
// `instructions` are counted from outside.
const count = countEvents[measure === 'instructions' ? 'cpu' : (measure as Measure)](Number(total))
const receive = receivers[name]
if (!receive) throw new Error(`no such contender: ${name}`)
await receive(`http://127.0.0.1:${port}`, count)
