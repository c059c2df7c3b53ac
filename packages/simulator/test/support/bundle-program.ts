import path from 'node:path'
import { fileURLToPath } from 'node:url'

import { build } from 'esbuild'

/**
 * Makes one file of JavaScript out of a TypeScript program and all that it imports: a process starts from it in a tenth of the
 * time that compiling its modules one by one takes.
 *
 * @param folder where it is written
 * @returns the path of the file, which has the name of the program
 */
export const bundleProgram = async (source: URL, folder: string): Promise<string> => {
  const program = fileURLToPath(source)
  const outfile = path.join(folder, `${path.parse(program).name}.mjs`)
  await build({
    entryPoints: [program],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@qqkit/source'],
    logLevel: 'error',
    // CommonJS packages ask for modules of Node this way.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)",
    },
  })
  return outfile
}
