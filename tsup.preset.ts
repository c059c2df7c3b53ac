import { writeFileSync } from 'node:fs'

import { defineConfig, type Options } from 'tsup'

import { emitDeclarations } from './tsup.declarations.js'

interface Extra extends Omit<Options, 'entry'> {
  /** Paths of the entries. */
  readonly entry?: string[]
}

type Plugin = NonNullable<Options['plugins']>[number]

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

/** For the files that Node loads. */
const EITHER = `const either = (load, otherwise) => {
  try {
    return load()
  } catch {
    return otherwise()
  }
}
`

/**
 * Lets the ES module import a CommonJS package as `#<name>`. `imports` of its `package.json` maps that to `dist/<name>.js` for
 * bundlers, which treat the package like any other, and to `dist/<name>.cjs` for Node: Node searches a CommonJS file that an
 * ES module imports for the names of its exports, in JavaScript, and with `ws` that takes longer than to load and run it.
 *
 * @param parts what is imported of the package: by name, the file that Node loads for it; `null` for the package itself. A
 *   version of the package that has no such file is loaded as a whole
 */
export const throughCommonJs = (name: string, parts: Readonly<Record<string, string | null>>): Plugin => {
  const statement = new RegExp(`(from\\s*)(['"])${name}\\2`, 'g')
  return {
    name: `through-commonjs-${name}`,
    renderChunk(code) {
      return this.format === 'esm' ? { code: code.replace(statement, `$1$2#${name}$2`) } : null
    },
    buildEnd({ writtenFiles }) {
      if (this.format !== 'esm' || !writtenFiles.some((file) => file.name.endsWith('.js'))) return
      const lines = Object.entries(parts).map(([one, file]) => {
        const whole = `require('${name}').${one}`
        return `exports.${one} = ${file === null ? whole : `either(() => require('${name}/${file}'), () => ${whole})`}\n`
      })
      writeFileSync(`dist/${name}.cjs`, `'use strict'\n${EITHER}${lines.join('')}`)
      writeFileSync(`dist/${name}.js`, `export { ${Object.keys(parts).join(', ')} } from '${name}'\n`)
    },
  }
}
