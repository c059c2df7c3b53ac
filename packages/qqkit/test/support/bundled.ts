import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { inject } from 'vitest'

import { bundleProgram } from '../../../simulator/test/support/bundle-program.js'

const BOT = { name: '@qqkit/bot', version: '0.0.0', type: 'module', exports: './index.mjs' }

const make = async (folder: string): Promise<void> => {
  const bot = path.join(folder, 'node_modules', BOT.name)
  await mkdir(bot, { recursive: true })
  await bundleProgram(new URL('../../../bot/src/index.ts', import.meta.url), bot)
  await writeFile(path.join(bot, 'package.json'), JSON.stringify(BOT))
  await bundleProgram(new URL('../../../simulator/src/cli/redirect.ts', import.meta.url), folder)
}

/**
 * The folder of what bots of tests import, bundled once in a run: `node_modules` with `@qqkit/bot`, and `redirect.mjs`.
 * `run-folder.ts` of the simulator removes it.
 */
export const bundled = async (): Promise<string> => {
  const run = inject('runFolder')
  const folder = path.join(run, 'bundled')
  if (existsSync(folder)) return folder
  const own = await mkdtemp(path.join(run, 'bundled-'))
  await make(own)
  // Another worker may have been faster.
  return rename(own, folder).then(
    () => folder,
    () => own,
  )
}
