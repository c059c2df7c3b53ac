import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where the page is, seen from the built package and from the sources. */
const pageFolders = ['./page/', '../../dist/page/'] as const

/** The folder with the page that comes with this package. It may not exist: sources carry no build. */
export const packagedPage = (): string => {
  const folders = pageFolders.map((place) => fileURLToPath(new URL(place, import.meta.url)))
  return folders.find((folder) => existsSync(path.join(folder, 'index.html'))) ?? (folders[0] as string)
}
