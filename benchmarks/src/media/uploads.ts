import { once } from 'node:events'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { messageFrom, runChild, startChild } from '../measure/child.js'
import { report } from '../measure/report.js'
import { runRounds, type Figures } from '../measure/rounds.js'
import { uploaders } from './uploaders.js'

const MEGABYTE = 1_048_576

/** The cost of an upload in parts over hashing and the bare HTTP client. */
export const benchUploads = async (options: { megabytes: number; rounds: number }): Promise<string> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'qqkit-bench-'))
  const file = (name: string, megabytes: number): string => {
    const full = path.join(folder, name)
    writeFileSync(full, '')
    // A sparse file, so that the disk is not measured.
    truncateSync(full, megabytes * MEGABYTE)
    return full
  }
  const server = startChild(new URL('server.ts', import.meta.url), [])
  try {
    const port = await messageFrom<number>(server)
    const files = [file('small', 15), file('large', options.megabytes)]
    const contenders = Object.keys(uploaders).map((name) => ({
      name,
      run: () => runChild<Figures>(new URL('client.ts', import.meta.url), [name, String(port), ...files]),
    }))
    const series = await runRounds(contenders, options.rounds)
    return report(`Uploading a file of ${options.megabytes} MiB by its path`, series)
  } finally {
    server.kill()
    await once(server, 'exit')
    rmSync(folder, { recursive: true, force: true })
  }
}
