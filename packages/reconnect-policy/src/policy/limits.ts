/** The longest wait that a policy or a caller may ask for: one day, in ms. */
export const MAX_DELAY = 86_400_000
/** The most ms by which a wait that the other side told is lengthened. */
export const TOLD_JITTER = 1_000
