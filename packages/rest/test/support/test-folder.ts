import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { afterAll, vi } from 'vitest'

/** A folder for the files of one test file, with a place for temporary files that nobody else uses. */
export interface TestFolder {
  readonly path: string
  readonly at: (name: string) => string
  /** Writes a file and gives its path. */
  readonly file: (name: string, content: Uint8Array | string) => string
  /** What streams have left behind. */
  readonly spooled: () => readonly string[]
  /** Files in here that this process holds open. */
  readonly openFiles: () => readonly string[]
}

/** Makes the folder; it is gone when the tests of the file are over. */
export const testFolder = (): TestFolder => {
  const folder = mkdtempSync(path.join(tmpdir(), 'qqkit-test-'))
  const spools = path.join(folder, 'spools')
  mkdirSync(spools)
  vi.stubEnv('TMPDIR', spools)
  afterAll(() => {
    vi.unstubAllEnvs()
    rmSync(folder, { recursive: true, force: true })
  })
  const at = (name: string): string => path.join(folder, name)
  return {
    path: folder,
    at,
    file: (name, content) => {
      writeFileSync(at(name), content)
      return at(name)
    },
    spooled: () => readdirSync(spools),
    openFiles: () =>
      readdirSync('/proc/self/fd').flatMap((fd) => {
        try {
          const name = readlinkSync(`/proc/self/fd/${fd}`)
          return name.startsWith(folder) ? [name] : []
        } catch {
          // The listing itself was one of them.
          return []
        }
      }),
  }
}
