import ts = require('typescript-api')
export { ts }
