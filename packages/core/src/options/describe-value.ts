const LONGEST = 60

/** A value as short text for an error message: its content where that is short and plain, its kind where not. */
export const describeValue = (value: unknown): string => {
  switch (typeof value) {
    case 'string':
      return value.length > LONGEST ? `a string of ${value.length} characters` : JSON.stringify(value)
    case 'number':
    case 'boolean':
    case 'undefined':
      return String(value)
    case 'bigint':
      return `${value}n`
    case 'function':
      return 'a function'
    case 'symbol':
      return 'a symbol'
    case 'object':
      if (value === null) return 'null'
      return Array.isArray(value) ? `an array of ${value.length}` : `an object`
    default:
      return typeof value
  }
}
