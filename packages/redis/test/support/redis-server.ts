import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createConnection, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'

import { onTestFinished, TestRunner } from 'vitest'

const ADVICE =
  'The tests of @qqkit/redis need redis-server. On Debian or Ubuntu: apt-get update && apt-get install -y ' +
  '--no-install-recommends redis-server. Anywhere else, name one with REDIS_SERVER_PATH.'

/** The path of a redis-server: REDIS_SERVER_PATH, which vitest.config.ts fills in where it is not set. */
const binary = (): string => {
  const named = process.env['REDIS_SERVER_PATH'] ?? ''
  if (existsSync(named)) return named
  throw new Error(named === '' ? ADVICE : `There is no file ${named} (REDIS_SERVER_PATH). ${ADVICE}`)
}

const ATTEMPTS = 400
const PAUSE = 10
/** ms after which a server is asked again to end. */
const ASK_AGAIN = 250

/** Servers that run: none outlives the process of its test when that exits. */
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** A server on a socket in a folder of its own. */
export class RedisServer {
  readonly #options: readonly string[]
  #folder: string | null = null
  #child: ChildProcess | null = null

  private constructor(options: readonly string[]) {
    this.#options = options
  }

  /** One that is not started yet: whoever starts it disposes of it. */
  static make(...options: readonly string[]): RedisServer {
    return new RedisServer(options)
  }

  /** Made when it is needed: no test, no folder. */
  get folder(): string {
    return (this.#folder ??= mkdtempSync(join(tmpdir(), 'qqkit-redis-')))
  }

  get socket(): string {
    return join(this.folder, 's')
  }

  /**
   * Inside of a test it ends with that test, also with one that fails; a hook that starts it has to dispose of it.
   *
   * @param options of the command line, such as `--appendonly yes`
   */
  static async start(...options: readonly string[]): Promise<RedisServer> {
    const server = new RedisServer(options)
    if (TestRunner.getCurrentTest()) onTestFinished(async () => server.dispose())
    try {
      await server.start()
    } catch (error) {
      await server.dispose()
      throw error
    }
    return server
  }

  get isRunning(): boolean {
    return this.#child !== null
  }

  async start(): Promise<void> {
    const fixed = ['--port', '0', '--unixsocket', this.socket, '--dir', this.folder, '--save', '']
    const child = spawn(binary(), [...fixed, ...this.#options], { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child = child
    running.add(child)
    child.once('exit', () => running.delete(child))
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4000)))
    for (let attempt = 0; attempt < ATTEMPTS && child.exitCode === null; attempt += 1) {
      if (await accepts(this.socket)) return
      await sleep(PAUSE)
    }
    throw new Error(`redis-server does not answer:\n${said}`)
  }

  /** Opens a port of the loopback as well, for replicas. */
  async listen(): Promise<number> {
    const port = await freePort()
    const socket = createConnection(this.socket)
    socket.write(`*4\r\n$6\r\nCONFIG\r\n$3\r\nSET\r\n$4\r\nport\r\n$${String(port).length}\r\n${port}\r\n`)
    const [answer] = (await once(socket, 'data')) as [Buffer]
    socket.destroy()
    if (!answer.toString().startsWith('+OK')) throw new Error(answer.toString())
    return port
  }

  /** Ends the server as a power cut would, or stops it for a while (`SIGSTOP`, `SIGCONT`). */
  async kill(signal: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT' = 'SIGKILL'): Promise<void> {
    const child = this.#child
    if (!child) return
    child.kill(signal)
    if (signal === 'SIGSTOP' || signal === 'SIGCONT') return
    // A server that writes its first log does not end, and forgets that it was asked to.
    const again = setInterval(() => child.kill(signal), ASK_AGAIN)
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    clearInterval(again)
    this.#child = null
  }

  /** Ends the server and removes its folder. */
  async dispose(): Promise<void> {
    // A server that was stopped for a while takes no other signal.
    await this.kill('SIGCONT')
    // Not killed: a child that rewrites the log would outlive it, and go on writing.
    await this.kill('SIGTERM')
    if (this.#folder !== null) rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** A port that nobody has at the moment. */
const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

const PING = '*1\r\n$4\r\nPING\r\n'

/** Whether the server answers a PING, and so has loaded its data. */
const accepts = async (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection(path)
    socket.once('error', () => resolve(false))
    socket.once('data', (data) => {
      socket.destroy()
      resolve(data.toString().startsWith('+PONG'))
    })
    socket.write(PING)
  })
