// The compiler's API. Imported as a module, Node would first read its nine megabytes for the names it exports, which takes
// longer than the checks do.
exports.ts = require('typescript-api')
