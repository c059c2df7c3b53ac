/** Freezes plain data all the way down, so that a policy can be shared without fear. */
export const freeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze)
  return value
}
