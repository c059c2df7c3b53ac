import process from 'node:process'

import { createAgent } from './agent.js'

const { QQ_APP_ID: appId, QQ_APP_SECRET: secret } = process.env

if (appId && secret) {
  await createAgent({ appId, secret, handleSignals: true }).start()
} else {
  // Imported here, since a server does not need the simulator.
  const { startSimulator } = await import('@qqkit/simulator')
  const simulator = await startSimulator({ port: Number(process.env.PORT ?? 8080) })
  process.stdout.write(
    `没有 QQ_APP_ID 与 QQ_APP_SECRET：请在 ${simulator.url} 与机器人对话，按 Ctrl-C 结束。\n`,
  )
  try {
    await createAgent({ ...simulator.botOptions(), handleSignals: true }).start()
  } finally {
    await simulator.close()
  }
}
