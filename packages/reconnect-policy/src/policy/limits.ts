/** The longest wait that a policy or a caller may ask for: one day, in ms. */
export const MAX_DELAY = 86_400_000
