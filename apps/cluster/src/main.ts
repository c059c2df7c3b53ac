import { once } from 'node:events'
import process from 'node:process'
import { createInterface } from 'node:readline'

import { type Cluster, type MemberName, startCluster } from './cluster.js'
import { say } from './lines.js'

const isChinese = /^zh/i.test(
  process.env['LC_ALL'] ?? process.env['LC_MESSAGES'] ?? process.env['LANG'] ?? '',
)

/** What to do, for the one at the terminal. */
const guide = ({ simulator, pidOf }: Cluster): string => {
  const pids = `worker 1 = ${pidOf('worker 1')}, worker 2 = ${pidOf('worker 2')}`
  return isChinese
    ? [
        '',
        '一个 gateway、两个 worker 和一个 webhook 入口正在运行，共用一个 Redis。',
        `1. 打开 ${simulator.url}，给机器人发一条消息。有一个 worker 会显示 “thinks”。`,
        `2. 立刻结束它：输入 “kill 1” 或 “kill 2”，或在另一个终端执行 kill -9 PID（${pids}）。`,
        '3. 几秒后另一个 worker 接手，页面上的回复只出现一次。',
        '“webhook” 改为通过 webhook 接收事件，“gateway” 改回来；Ctrl-C 结束。',
        '',
      ].join('\n')
    : [
        '',
        'One gateway, two workers and a front for webhooks run now, over one Redis.',
        `1. Open ${simulator.url} and write to the bot. One of the workers says "thinks".`,
        `2. Kill that one at once: type "kill 1" or "kill 2", or kill -9 PID in another terminal (${pids}).`,
        '3. A few seconds later the other worker takes over, and the answer is on the page once.',
        '"webhook" sends events over webhooks, "gateway" over the gateway again; Ctrl-C ends.',
        '',
      ].join('\n')
}

const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())

/** Runs until Ctrl-C or SIGTERM. */
const run = async (): Promise<void> => {
  const { signal } = stopping
  const cluster = await startCluster({
    port: Number(process.env['QQ_SIMULATOR_PORT'] ?? 0),
    print: (name, line) => say(`${name}: ${line}`),
    signal,
  })
  say(guide(cluster))
  const input = createInterface({ input: process.stdin })
  input.on('line', (line) => {
    const [word = '', which = ''] = line.trim().split(/\s+/)
    if (word === 'kill') {
      const name = `worker ${which}` as MemberName
      const pid = cluster.pidOf(name)
      if (pid > 0) process.kill(pid, 'SIGKILL')
    } else if (word === 'webhook' || word === 'gateway') cluster.use(word)
  })
  if (!signal.aborted) await once(signal, 'abort')
  input.close()
  await cluster.stop()
}

try {
  await run()
} catch (error) {
  if (!stopping.signal.aborted) {
    say(error instanceof Error ? error.message : String(error))
    process.exitCode = 1
  }
}
say(isChinese ? '已结束。' : 'It has ended.')
