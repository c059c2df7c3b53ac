import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

import { build } from 'vite'

const PACKAGE = fileURLToPath(new URL('../../', import.meta.url))

/** Builds the page from its sources into a folder of its own, so that no test depends on an earlier build. */
export const buildPage = async (): Promise<{ readonly folder: string; remove(): Promise<void> }> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'qqkit-page-'))
  // As the package is built: vitest's own value would keep the checks of libraries for developers.
  process.env['NODE_ENV'] = 'production'
  await build({
    configFile: path.join(PACKAGE, 'vite.config.ts'),
    root: path.join(PACKAGE, 'page'),
    mode: 'production',
    logLevel: 'warn',
    build: { outDir: folder, emptyOutDir: true },
  })
  return { folder, remove: async () => rm(folder, { recursive: true, force: true }) }
}
