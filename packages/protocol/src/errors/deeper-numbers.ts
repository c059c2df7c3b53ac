import type { ErrorArea } from './error-area.js'
import type { ErrorFacts } from './error-code.js'
import { errorCodeAt } from './error-codes.js'

/**
 * Numbers of inner services that are in no table of the docs, with the documented numbers that they were seen with (§2.9). They
 * are in `err_code`, which can be the only number of an answer (§2.3).
 */
const DEEPER: Readonly<Partial<Record<ErrorArea, Readonly<Record<number, number>>>>> =
  /* @__PURE__ */ Object.freeze({
    stream: { 40113002: 40006, 40113003: 40007 },
    upload: { 40034001: 850026 },
  })

/** The facts of an inner number at its endpoint: those of the documented number. */
export const factsOfDeeper = (number: number, area: ErrorArea | null): ErrorFacts | undefined => {
  const documented = area === null ? undefined : DEEPER[area]?.[number]
  return documented === undefined ? undefined : errorCodeAt(documented, area)
}
