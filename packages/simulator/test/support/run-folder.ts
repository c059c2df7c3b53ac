import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** What the test files of one run share. */
    readonly runFolder: string
  }
}

/** Makes a folder before the tests of a run, and removes it after them. */
export default ({ provide }: TestProject): (() => void) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'qqkit-run-'))
  provide('runFolder', folder)
  return () => rmSync(folder, { recursive: true, force: true })
}
