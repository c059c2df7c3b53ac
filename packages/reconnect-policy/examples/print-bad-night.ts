import { printTimeline } from '@qqkit/reconnect-policy'

import { badNight } from './bad-night.js'

process.stdout.write(`${printTimeline(badNight())}\n`)
