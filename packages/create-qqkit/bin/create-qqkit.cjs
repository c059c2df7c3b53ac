#!/usr/bin/env node
// `npm create qqkit [dir]` is `qqkit create [dir]`, whose file also answers a Node that is too old.
'use strict'

process.argv.splice(2, 0, 'create')
require(require('path').join(require.resolve('qqkit/package.json'), '../bin/qqkit.cjs'))
