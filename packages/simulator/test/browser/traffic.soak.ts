import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import process from 'node:process'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'

import { buildPage } from '../support/build-page.js'
import { launchChromium, openPage } from '../support/open-page.js'

const MINUTES = Number(process.env['TRAFFIC_MINUTES'] ?? 10)
const PER_SECOND = Number(process.env['TRAFFIC_PER_SECOND'] ?? 50)
const MB = 1024 * 1024

/** What the process of the simulator says about itself. */
interface Server {
  readonly said: number
  readonly answered: number
  readonly refused: number
  readonly heapUsed: number
  readonly rss: number
}

/** The simulator with a bot and talking people, in a process of its own. */
const startTraffic = (assets: string) => {
  const program = fileURLToPath(new URL('../support/traffic.ts', import.meta.url))
  const args = [
    '--expose-gc',
    '--conditions=@qqkit/source',
    '--import',
    'tsx',
    program,
    assets,
    String(PER_SECOND),
  ]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const read = async (): Promise<unknown> => JSON.parse(String((await lines.next()).value)) as unknown
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', resolve)
  })
  return {
    url: read().then((said) => (said as { readonly url: string }).url),
    look: async (what: 'look' | 'quiet' = 'look'): Promise<Server> => {
      child.stdin.write(`${what}\n`)
      return (await read()) as Server
    },
    stop: async () => {
      child.stdin.end('stop\n')
      return ended
    },
  }
}

/** The memory of the page after a collection, its elements, and how long a click takes to show. */
const lookAt = async (page: Page) => {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.enable')
  await session.send('HeapProfiler.collectGarbage')
  await session.send('Performance.enable')
  const { metrics } = await session.send('Performance.getMetrics')
  await session.detach()
  const nodes = await page.locator('*').count()
  const rows = await page.locator('.feed-row').count()
  const begun = performance.now()
  await page.getByRole('button', { name: 'New conversation' }).click()
  await page.getByRole('textbox', { name: 'Name', exact: true }).waitFor()
  const answer = performance.now() - begun
  await page.getByRole('button', { name: 'New conversation' }).click()
  return {
    heap: metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Number.NaN,
    nodes,
    rows,
    answer,
  }
}

it(
  `SM-06 ${MINUTES} minutes of traffic leave a page that answers, with flat memory of page and simulator`,
  { timeout: (MINUTES + 3) * 60_000 },
  async () => {
    const [browser, assets] = await Promise.all([launchChromium(), buildPage()])
    const traffic = startTraffic(assets)
    const opened = await openPage(browser, await traffic.url)
    const { page, complaints } = opened
    const looks: { readonly page: number; readonly server: number; readonly nodes: number }[] = []
    for (let minute = 1; minute <= MINUTES; minute += 1) {
      await wait(60_000)
      const server = await traffic.look()
      const { heap, nodes, rows, answer } = await lookAt(page)
      looks.push({ page: heap / MB, server: server.heapUsed / MB, nodes })
      process.stdout.write(
        `minute ${minute}: page ${(heap / MB).toFixed(1)} MB, ${nodes} elements, ${rows} rows, a click shows after ${answer.toFixed(0)} ms; ` +
          `simulator ${(server.heapUsed / MB).toFixed(1)} MB (rss ${(server.rss / MB).toFixed(0)}); ` +
          `${server.said} said, ${server.answered} answered, ${server.refused} refused`,
      )
      expect(rows).toBeLessThanOrEqual(500)
    }
    await traffic.look('quiet')
    await wait(2000)
    const { said, answered, refused } = await traffic.look()
    expect(said).toBeGreaterThan(MINUTES * 60 * PER_SECOND * 0.95)
    // A channel refuses a burst after a stall of the machine.
    expect(answered + refused).toBe(said)
    expect(refused).toBeLessThan(said / 50)
    // In the first minutes the log and the lists fill up.
    const filled = looks[Math.min(2, looks.length - 1)]
    const last = looks.at(-1)
    expect(last?.page).toBeLessThan((filled?.page ?? 0) + 10)
    expect(last?.server).toBeLessThan((filled?.server ?? 0) * 1.1 + 10)
    expect(last?.nodes).toBeLessThan((filled?.nodes ?? 0) + 500)
    expect(complaints).toEqual([])
    await opened.close()
    expect(await traffic.stop()).toBe(0)
    await browser.close()
  },
)
