/** A bot that connects, closes, and must then end by itself: `leaving-program.ts URL TOKEN_URL CREDENTIALS`. */
import { Gateway } from '../../src/index.js'
import { simAccess } from '../support/sim-access.js'

const [url, tokenUrl, credentials] = process.argv.slice(2)
const sim = { url, tokenUrl, credentials: JSON.parse(credentials ?? '') as unknown }
const gateway = new Gateway({
  access: simAccess(sim as Parameters<typeof simAccess>[0]),
  intents: ['GROUP_AND_C2C_EVENT'],
})
gateway.on('READY', () => {
  void gateway.close().then(() => process.stdout.write('closed\n'))
})
await gateway.run()
