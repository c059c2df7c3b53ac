import { fileURLToPath } from 'node:url'

import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'

const entry = fileURLToPath(new URL('../../src/index.ts', import.meta.url))

/** The whole package as one file, as it is published: no module boundary is left that a bundler could drop. */
const asOneFile = async (): Promise<string> => {
  const result = await build({ entryPoints: [entry], bundle: true, format: 'esm', write: false })
  return result.outputFiles[0]?.text ?? ''
}

/** What a bundler keeps of `source` when only `use` is wanted. */
const shaken = async (source: string, use: string): Promise<string> => {
  const result = await build({
    stdin: { contents: `import { ${use} } from 'protocol'; console.log(${use})`, loader: 'js' },
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
    plugins: [
      {
        name: 'protocol-as-one-file',
        setup(setup) {
          setup.onResolve({ filter: /^protocol$/ }, ({ path }) => ({ path, namespace: 'one-file' }))
          setup.onLoad({ filter: /.*/, namespace: 'one-file' }, () => ({ contents: source, loader: 'js' }))
        },
      },
    ],
  })
  return result.outputFiles[0]?.text ?? ''
}

describe('tree shaking', () => {
  it('keeps only the used symbol', async () => {
    const source = await asOneFile()
    const kept = await shaken(source, 'Opcode')
    expect(kept).toContain('Dispatch:0')
    expect(kept).not.toContain('msg_id')
    expect(kept.length).toBeLessThan(300)
    // The error table is there when it is asked for: the test can fail.
    expect(await shaken(source, 'adviceFor')).toContain('304103')
  })

  it('drops every table if only the intents are used', async () => {
    const kept = await shaken(await asOneFile(), 'combineIntents')
    for (const other of ['304103', 'getAppAccessToken', '4915', 'retry_delay', 'C2C_MESSAGE_CREATE']) {
      expect(kept).not.toContain(other)
    }
  })
})
