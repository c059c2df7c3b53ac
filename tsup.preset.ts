import { defineConfig, type Options } from 'tsup'

/** How every published package is built: ESM and CJS with types for both, one shared chunk for shared classes. */
export const library = (extra: Options = {}): ReturnType<typeof defineConfig> =>
  defineConfig({
    entry: ['src/index.ts'],
    format: ['esm', 'cjs'],
    target: 'node20',
    platform: 'node',
    dts: {
      // A package of types alone, copied into ours: users need not install it.
      resolve: ['@standard-schema/spec'],
      // The built types must point at built types: without the empty list they would resolve to sources.
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
  })
