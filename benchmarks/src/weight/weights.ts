import { runChild } from '../measure/child.js'
import { report } from '../measure/report.js'
import { runRounds, type Figures } from '../measure/rounds.js'
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
]

/** The fixed cost of a package: time to import and room on the disk. */
export const benchWeights = async ({ rounds }: { rounds: number }): Promise<string> => {
  const script = new URL('import-time.mjs', import.meta.url)
  const series = await runRounds(
    MODULES.map((name) => ({ name, run: () => runChild<Figures>(script, [name]) })),
    rounds,
  )
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
