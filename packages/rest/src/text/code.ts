import { givenText } from '../checks/given.js'
import { InvalidRequestError } from '../errors/invalid-request-error.js'
import { defuseTags } from './escape.js'
import { makeMarkup } from './made-markup.js'
import type { RichText } from './rich-text.js'

const longestRun = (text: string): number =>
  Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length))

/**
 * Code within a line, for markdown.
 *
 * @example
 * markdown`Run ${code('npm test')}.`
 * @throws InvalidRequestError for anything but a string
 */
export const code = (text: string): RichText => {
  const line = defuseTags(givenText('text', text)).replaceAll(/\r\n|\r|\n/g, ' ')
  const marks = '`'.repeat(longestRun(line) + 1)
  const pad = /^[ `]|[ `]$/.test(line) || line === '' ? ' ' : ''
  return makeMarkup(marks + pad + line + pad + marks)
}

const LANGUAGE = /^[\w+#.-]{0,40}$/

/**
 * A block of code, for markdown. Put it on its own lines.
 *
 * @example
 * markdown`
 *   ${codeBlock('const a = 1', 'ts')}
 * `
 *
 * @param language e.g. `'ts'`; default none
 * @throws InvalidRequestError for a wrong language name, or no string
 */
export const codeBlock = (text: string, language: string = ''): RichText => {
  if (!LANGUAGE.test(givenText('language', language)))
    throw new InvalidRequestError({ path: 'language', hint: 'give a name such as "ts"', received: language })
  const marks = '`'.repeat(Math.max(3, longestRun(givenText('text', text)) + 1))
  // A line break at the end is the one before the closing marks.
  const lines = defuseTags(text).replaceAll('\r\n', '\n').replace(/\n$/, '')
  return makeMarkup(`${marks}${language}\n${lines}\n${marks}`)
}
