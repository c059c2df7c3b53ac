import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** Folders of the built page, relative to the built package and to the sources. */
const pageFolders = ['./page/', '../../dist/page/'] as const

/** The folder of this package's built page. Without a build it does not exist. */
export const packagedPage = (): string => {
  const folders = pageFolders.map((place) => fileURLToPath(new URL(place, import.meta.url)))
  return folders.find((folder) => existsSync(path.join(folder, 'index.html'))) ?? (folders[0] as string)
}
