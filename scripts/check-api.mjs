// Compares each published package with its API reports, `etc/*.api.md`, one per entry, so that a review sees every
// change of the public API. Reads the build. `--write` rewrites the reports; names (`@qqkit/rest`) select packages.
import { mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor'

import { publishedIn } from './packages/pack.mjs'

const root = path.dirname(import.meta.dirname)

/** Silences messages that do not concern the report. @param {{ logLevel: string }} message */
const mute = (message) => {
  message.logLevel = ExtractorLogLevel.None
}

const reporting = { default: { logLevel: ExtractorLogLevel.None, addToApiReportFile: false } }

/** The name of an entry's report: `index`, `internal`, `testing`. @param {string} entry */
const reportOf = (entry) => (entry === '.' ? 'index' : entry.slice('./'.length).replaceAll('/', '-'))

/**
 * The public entries of a package: all entries with types except `./internal`.
 *
 * @param {string} folder
 * @returns {readonly { readonly report: string, readonly types: string }[]}
 */
export const entriesOf = (folder) => {
  const { publishConfig } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
  return Object.entries(publishConfig.exports ?? {}).flatMap(
    ([entry, { import: esm } = { import: undefined }]) =>
      esm?.types && entry !== './internal'
        ? [{ report: reportOf(entry), types: path.join(folder, esm.types) }]
        : [],
  )
}

/**
 * Compares a report with the build, or writes it.
 *
 * @param {string} folder of the package
 * @param {{ readonly report: string, readonly types: string }} entry
 * @param {boolean} write
 * @returns {boolean} whether it was in step
 */
export const checkReport = (folder, { report, types }, write) => {
  const reportFolder = path.join(folder, 'etc')
  mkdirSync(reportFolder, { recursive: true })
  const config = ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: path.join(folder, 'package.json'),
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: types,
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: 'ES2023',
            lib: ['ES2023', 'ESNext.Disposable'],
            module: 'NodeNext',
            moduleResolution: 'NodeNext',
            types: ['node'],
            strict: true,
            skipLibCheck: true,
          },
          files: [types],
        },
      },
      apiReport: {
        enabled: true,
        reportFolder,
        reportTempFolder: path.join(folder, 'node_modules/.api'),
        reportFileName: report,
        includeForgottenExports: false,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
      messages: {
        compilerMessageReporting: reporting,
        extractorMessageReporting: reporting,
        tsdocMessageReporting: reporting,
      },
    },
  })
  const { apiReportChanged } = Extractor.invoke(config, { localBuild: write, messageCallback: mute })
  return !apiReportChanged
}

if (import.meta.filename === process.argv[1]) {
  const names = process.argv.slice(2).filter((name) => !name.startsWith('-'))
  const write = process.argv.includes('--write')
  const stale = publishedIn(root)
    .filter(({ name }) => names.length === 0 || names.includes(name))
    .map(({ folder }) => path.join(root, 'packages', folder))
    .flatMap((folder) =>
      entriesOf(folder)
        .filter((entry) => !checkReport(folder, entry, write))
        .map(({ report }) => path.relative(root, path.join(folder, 'etc', `${report}.api.md`))),
    )
  for (const file of stale) console.error(`${file} ${write ? 'was rewritten' : 'differs from the build'}`)
  if (stale.length > 0 && !write) {
    console.error(
      'Review the change, then rewrite the report: pnpm build && node scripts/check-api.mjs --write',
    )
    process.exitCode = 1
  }
}
