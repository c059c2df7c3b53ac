import { existsSync } from 'node:fs'
import { mkdtemp, rename } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

import { build } from 'vite'
import { inject } from 'vitest'

const PACKAGE = fileURLToPath(new URL('../../', import.meta.url))

/**
 * The folder of the page, built from its sources by the first test of a run that needs it, so that no test depends on an
 * earlier run. `run-folder.ts` removes it.
 */
export const buildPage = async (): Promise<string> => {
  const run = inject('runFolder')
  const folder = path.join(run, 'page')
  if (existsSync(folder)) return folder
  const own = await mkdtemp(path.join(run, 'page-'))
  // As the package is built: vitest's own value would keep the checks of libraries for developers.
  process.env['NODE_ENV'] = 'production'
  await build({
    configFile: path.join(PACKAGE, 'vite.config.ts'),
    root: path.join(PACKAGE, 'page'),
    mode: 'production',
    logLevel: 'warn',
    build: { outDir: own, emptyOutDir: true },
  })
  // Another worker may have been faster.
  return rename(own, folder).then(
    () => folder,
    () => own,
  )
}
