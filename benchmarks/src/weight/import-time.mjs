/** Imports one module and reports how long that took. */
import process from 'node:process'

const [, , name = ''] = process.argv
const start = performance.now()
await import(name)
process.send?.({ 'import (ms)': performance.now() - start })
