import { badNight } from './bad-night.js'

process.stdout.write(`${badNight()}\n`)
