import { defineConfig, type Options } from 'tsup'

import { emitDeclarations } from './tsup.declarations.js'

interface Extra extends Omit<Options, 'entry'> {
  /** Paths of the entries. */
  readonly entry?: string[]
}

/** How every published package is built: ESM and CJS with types for both, one shared chunk for shared classes. */
export const library = ({ entry = ['src/index.ts'], ...extra }: Extra = {}): ReturnType<
  typeof defineConfig
> =>
  defineConfig(() => ({
    entry,
    format: ['esm', 'cjs'],
    target: 'node20',
    platform: 'node',
    dts: {
      entry: emitDeclarations(process.cwd(), entry),
      // A package of types alone, copied into ours: users need not install it.
      resolve: ['@standard-schema/spec'],
      compilerOptions: { ignoreDeprecations: '6.0', customConditions: [] },
    },
    // The output is readable as it is, and says which file each part comes from (ADR 0014).
    sourcemap: false,
    clean: true,
    treeshake: true,
    // Without it each CJS entry gets its own copy of shared classes and `instanceof` fails between entries.
    splitting: true,
    removeNodeProtocol: false,
    ...extra,
  }))
