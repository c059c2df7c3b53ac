import type { ErrorArea } from './error-area.js'
import type { ErrorFacts } from './error-code.js'
import { errorCodeAt } from './error-codes.js'

/**
 * Numbers of a deeper layer that no table of the platform has, and the documented ones that they were seen beside (§2.9). They
 * stand in `err_code`, which can be all that an answer names (§2.3).
 */
const DEEPER: Readonly<Partial<Record<ErrorArea, Readonly<Record<number, number>>>>> =
  /* @__PURE__ */ Object.freeze({
    stream: { 40113002: 40006, 40113003: 40007 },
    upload: { 40034001: 850026 },
  })

/** What a deeper number means at its endpoint, as the row of the documented one. */
export const factsOfDeeper = (number: number, area: ErrorArea | null): ErrorFacts | undefined => {
  const documented = area === null ? undefined : DEEPER[area]?.[number]
  return documented === undefined ? undefined : errorCodeAt(documented, area)
}
