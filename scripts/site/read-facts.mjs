// Reads the tables of the packages from their sources, so that pages say what the code does.
import path from 'node:path'

import { build } from 'esbuild'

const PACKAGES = path.join(import.meta.dirname, '..', '..', 'packages')

/** What is read of each source. */
const SOURCES = {
  'protocol/src/index.ts': ['errorCodes', 'errorCodeAt', 'errorClasses', 'adviceOnFacts', 'closeCodes'],
  'rest/src/answers/classify-answer.ts': ['classifyAnswer'],
  'rest/src/answers/attempt-error.ts': ['answerError'],
  'rest/src/retry/retry-table.ts': ['retryTable'],
  'gateway/src/close-codes.ts': ['closeCodeTables'],
  'reconnect-policy/examples/bad-night.ts': ['badNight'],
}

/**
 * @typedef {object} Facts
 * @property {typeof import('../../packages/protocol/src/index.js').errorCodes} errorCodes
 * @property {typeof import('../../packages/protocol/src/index.js').errorCodeAt} errorCodeAt
 * @property {typeof import('../../packages/protocol/src/index.js').errorClasses} errorClasses
 * @property {typeof import('../../packages/protocol/src/index.js').adviceOnFacts} adviceOnFacts
 * @property {typeof import('../../packages/protocol/src/index.js').closeCodes} closeCodes
 * @property {typeof import('../../packages/rest/src/answers/classify-answer.js').classifyAnswer} classifyAnswer
 * @property {typeof import('../../packages/rest/src/answers/attempt-error.js').answerError} answerError
 * @property {typeof import('../../packages/rest/src/retry/retry-table.js').retryTable} retryTable
 * @property {typeof import('../../packages/gateway/src/close-codes.js').closeCodeTables} closeCodeTables
 * @property {typeof import('../../packages/reconnect-policy/examples/bad-night.js').badNight} badNight
 */

/** @returns {Promise<Facts>} */
export const readFacts = async () => {
  const contents = Object.entries(SOURCES)
    .map(([file, names]) => `export { ${names.join(', ')} } from './${file}'`)
    .join('\n')
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: PACKAGES, loader: 'ts' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    conditions: ['@qqkit/source'],
    logLevel: 'error',
  })
  const text = outputFiles.map((file) => file.text).join('')
  return import(`data:text/javascript;base64,${Buffer.from(text).toString('base64')}`)
}
