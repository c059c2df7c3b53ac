// Checks that comments of the sources and English pages avoid words that are no plain English in technical prose.
// CONTRIBUTING.md, rule 2: name the thing, then the verb.
import path from 'node:path'
import process from 'node:process'

import { lineOf, textsBelow } from './reference/files.mjs'

/** What to avoid, with what to write instead. @type {readonly (readonly [RegExp, string])[]} */
export const AVOIDED = [
  [/\b(?:goes?|going|went|gone) on\b/i, 'continues, resumes, happens'],
  [/\b(?:becomes?|became) of\b/i, 'the outcome, the result, how it ended'],
  [/\bnobody\b/i, 'no one; better the thing that is missing: "no listener takes it"'],
  [/\bwhoever\b/i, 'the noun: the caller, the user, the process'],
  [/\banew\b/i, 'again, from the start'],
  [/\b(?:is|are|was|were|be|been|being) told\b/i, 'is reported, is notified, receives'],
  [/\bunder way\b/i, 'in progress, pending, open'],
  [/\bby itself\b/i, 'on its own, alone, automatically'],
  [/\bheard of\b/i, 'knows, has received, was reported'],
]

const SOURCE = /^(?:packages|apps)\/[^/]+\/src\/.*\.tsx?$/
const PAGE = /\.md$/
/** Pages in the words of others, and pages whose changelogs are history. */
const NO_PAGE = /^docs\/(?:protocol|adr)\/|(?:^|\/)CHANGELOG\.md$|\.zh-CN\.md$/

/** A text with everything but its comments left out; lines stay where they are. @param {string} text */
const commentsOf = (text) => {
  const comments = /(?<=^|[\s{(])(?:\/\*[\s\S]*?\*\/|\/\/[^\n]*)/g
  let end = 0
  let kept = ''
  for (const { 0: comment, index } of text.matchAll(comments)) {
    kept += text.slice(end, index).replaceAll(/[^\n]/g, ' ') + comment
    end = index + comment.length
  }
  return kept
}

/** A page without its code. @param {string} text */
const proseOf = (text) =>
  text.replaceAll(/```[\s\S]*?```|`[^`\n]*`/g, (code) => code.replaceAll(/[^\n]/g, ' '))

/**
 * Every avoided word below `root`.
 *
 * @param {readonly { readonly file: string, readonly text: string }[]} texts
 * @returns {{ file: string, line: number, word: string, instead: string }[]}
 */
export const findAvoided = (texts) =>
  texts.flatMap(({ file, text }) => {
    const isSource = SOURCE.test(file)
    if (!isSource && (!PAGE.test(file) || NO_PAGE.test(file))) return []
    // A sentence may break its line, and a comment begins each with a star.
    const prose = (isSource ? commentsOf(text) : proseOf(text)).replaceAll(
      /\n *(?:\*|\/\/) /g,
      (gap) => `\n${' '.repeat(gap.length - 1)}`,
    )
    return AVOIDED.flatMap(([words, instead]) =>
      [...prose.matchAll(new RegExp(words.source.replaceAll(' ', String.raw`\s+`), 'gi'))].map(
        ({ index, 0: word }) => ({
          file,
          line: lineOf(text, index),
          word: word.replaceAll(/\s+/g, ' '),
          instead,
        }),
      ),
    )
  })

if (import.meta.filename === process.argv[1]) {
  const found = findAvoided(textsBelow(path.dirname(import.meta.dirname)))
  for (const { file, line, word, instead } of found)
    console.error(`${file}:${line} avoid "${word}". Instead: ${instead}.`)
  if (found.length > 0) process.exitCode = 1
  else console.log('Comments and pages avoid the words of the list.')
}
