/** The gateway as a user runs it: every frame passes the codec, the state machine and the delivery tracker. */
import process from 'node:process'

import { Gateway } from '@qqkit/gateway'

import { localAccess } from './access.js'
import { countCpu } from '../measure/count-events.js'

const [, , port, events] = process.argv
const count = countCpu(Number(events))
const gateway = new Gateway({ intents: 1 << 25, access: localAccess(port) })
gateway.on('dispatch', () => count())
await gateway.run()
