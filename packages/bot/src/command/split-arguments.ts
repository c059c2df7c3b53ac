/** A quoted stretch, with straight or Chinese quotes, or a run without blanks. */
const ARGUMENT = /"([^"]*)"|'([^']*)'|“([^”]*)”|‘([^’]*)’|(\S+)/g

/** The words of a command line; quotes keep blanks together. */
export const splitArguments = (line: string): readonly string[] =>
  Array.from(line.matchAll(ARGUMENT), ([, ...groups]) => groups.find((group) => group !== undefined) ?? '')
