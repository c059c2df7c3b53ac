/**
 * Sends the requests of this process for QQ's hosts to a simulator, so that a client with built-in hosts stays as it is:
 * `QQ_SIMULATOR_URL=http://127.0.0.1:4790 node --import @qqkit/simulator/redirect bot.js`.
 */
import https from 'node:https'
import net from 'node:net'
import process from 'node:process'
import type { Duplex } from 'node:stream'

const HOSTS = /(?:^|\.)sgroup\.qq\.com$|^(?:bots|api\.bot)\.qq\.com$/

/** The simulator of this process. */
export const simulatorUrl: URL = new URL(process.env['QQ_SIMULATOR_URL'] || 'http://127.0.0.1:4790')

type Connect = https.Agent['createConnection']

/** Connections to QQ's hosts go to the simulator, without TLS; all others as ever. */
class RedirectingAgent extends https.Agent {
  override createConnection(...args: Parameters<Connect>): Duplex | null | undefined {
    const [options] = args
    const host = options.servername || options.host || ''
    if (!HOSTS.test(host)) return super.createConnection(...args)
    return net.connect(Number(simulatorUrl.port || 80), simulatorUrl.hostname)
  }
}

https.globalAgent = new RedirectingAgent({ keepAlive: false })

const usualFetch = globalThis.fetch

globalThis.fetch = async (input, init) => {
  const asked = new URL(input instanceof Request ? input.url : String(input))
  if (!HOSTS.test(asked.hostname)) return usualFetch(input, init)
  const target = new URL(asked.pathname + asked.search, simulatorUrl)
  return input instanceof Request ? usualFetch(new Request(target, input), init) : usualFetch(target, init)
}
