// The compiler's API, by `require`: with `import`, Node would first scan its nine megabytes for exported names, which takes longer than the checks.
exports.ts = require('typescript-api')
