/** The longest wait that a policy or a caller may ask for: one day, in ms. */
export const MAX_DELAY = 86_400_000
/** The most ms by which a wait is lengthened, … */
export const MAX_JITTER = 60_000
/** … and one that the other side told. */
export const TOLD_JITTER = 1_000
