import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const COMPILER_OPTIONS = {
  noEmit: false,
  emitDeclarationOnly: true,
  rootDir: '../src',
  outDir: '.',
  // The built types must point at built types: with the workspace's condition they would resolve to sources.
  customConditions: [],
  skipLibCheck: true,
}

/**
 * Checks what a package ships and writes the declaration of each source into `.types`, for tsup to bundle: the native
 * compiler takes a second where tsup's own takes eight.
 *
 * @param home the package's folder
 * @param entries paths of its entries, below `src`
 * @returns the declaration of each entry, by the name of what is built from it
 */
export const emitDeclarations = (home: string, entries: readonly string[]): Record<string, string> => {
  const folder = path.join(home, '.types')
  rmSync(folder, { recursive: true, force: true })
  // tsup cleans around declarations: those of an older build would stay, and be packed.
  rmSync(path.join(home, 'dist'), { recursive: true, force: true })
  mkdirSync(folder)
  writeFileSync(
    path.join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: '../../../tsconfig.base.json',
      compilerOptions: COMPILER_OPTIONS,
      files: entries.map((entry) => path.posix.join('..', entry)),
    }),
  )
  const compiler = path.join(home, 'node_modules', 'typescript', 'bin', 'tsc')
  const { status } = spawnSync(process.execPath, [compiler, '-p', folder], { cwd: home, stdio: 'inherit' })
  if (status !== 0) throw new Error(`the types of ${path.basename(home)} are wrong`)
  return Object.fromEntries(
    entries.map((entry) => {
      const name = path.posix.relative('src', entry).replace(/\.ts$/, '')
      return [name, `.types/${name}.d.ts`]
    }),
  )
}
