import { runChild } from '../measure/child.js'
import { report } from '../measure/report.js'
import { runRounds, type Figures, type Series } from '../measure/rounds.js'
import { installedSize } from './installed-size.js'

const MODULES = [
  'undici',
  'ws',
  'axios',
  '@qqkit/rest',
  '@qqkit/gateway',
  '@qqkit/bot',
  'qq-official-bot',
  'qq-guild-bot',
  '@satorijs/adapter-qq',
]

/** Imports modules, each in a process of its own. */
export const runImports = async (modules: readonly string[], rounds: number): Promise<Series[]> => {
  const script = new URL('import-time.mjs', import.meta.url)
  return runRounds(
    modules.map((name) => ({ name, run: async () => runChild<Figures>(script, [name]) })),
    rounds,
  )
}

/** The fixed cost of a package: time to import and room on the disk. */
export const benchWeights = async ({ rounds }: { rounds: number }): Promise<string> => {
  const series = await runImports(MODULES, rounds)
  const rows = MODULES.map((name) => {
    const { bytes, packages } = installedSize(name, import.meta.dirname)
    return `| ${name} | ${(bytes / 1024).toFixed(0)} | ${packages} |`
  })
  return [
    report('Importing', series),
    '### Installed size, dependencies included',
    '',
    '|  | KiB | packages |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}
