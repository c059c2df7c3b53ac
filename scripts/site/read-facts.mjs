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
  'rest/src/types/situation.ts': ['situations'],
  'rest/src/errors/advice.ts': ['situationAdvice'],
  'rest/src/errors/rest-error.ts': ['tokenSituations'],
  'gateway/src/close-codes.ts': ['closeCodeTables'],
  'reconnect-policy/examples/bad-night.ts': ['badNight'],
  'bot/src/language/translate.ts': ['toChinese'],
  'bot/src/proactive/proactive-texts.ts': ['proactiveTexts'],
  'redis/src/texts.ts': ['redisTexts'],
  'core/src/internal/index.ts': ['redisFindingTexts', 'addTexts'],
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
 * @property {typeof import('../../packages/rest/src/types/situation.js').situations} situations
 * @property {typeof import('../../packages/rest/src/errors/advice.js').situationAdvice} situationAdvice
 * @property {typeof import('../../packages/rest/src/errors/rest-error.js').tokenSituations} tokenSituations
 * @property {typeof import('../../packages/gateway/src/close-codes.js').closeCodeTables} closeCodeTables
 * @property {typeof import('../../packages/reconnect-policy/examples/bad-night.js').badNight} badNight
 * @property {(text: string) => string} toChinese the Chinese form of a sentence of the packages; the sentence itself where it has none
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
  const read = await import(`data:text/javascript;base64,${Buffer.from(text).toString('base64')}`)
  for (const texts of [read.proactiveTexts, read.redisTexts, read.redisFindingTexts]) read.addTexts(texts)
  return read
}
