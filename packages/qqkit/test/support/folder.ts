import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { afterAll } from 'vitest'

/** A folder that is removed after the tests of a file. */
export const temporaryFolder = (): string => {
  const folder = mkdtempSync(path.join(tmpdir(), 'qqkit-command-'))
  // Tests also look into it as an ordinary user.
  chmodSync(folder, 0o755)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/**
 * Makes folders in such a folder, each with files by their path in it.
 *
 * @param mode of the files
 */
export const temporaryFolders = (mode = 0o644): ((files?: Readonly<Record<string, string>>) => string) => {
  const parent = temporaryFolder()
  let count = 0
  return (files = {}) => {
    const folder = path.join(parent, String(++count))
    mkdirSync(folder)
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(folder, name)
      mkdirSync(path.dirname(file), { recursive: true })
      writeFileSync(file, text, { mode })
    }
    return folder
  }
}
