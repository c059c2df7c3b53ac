#!/usr/bin/env node
// Old syntax on purpose: a Node that is too old must still be able to read this file, and say so in one line.
'use strict'

var version = process.versions.node.split('.').map(Number)

if (version[0] < 20 || (version[0] === 20 && version[1] < 19)) {
  var zh = /^zh/i.test(process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '')
  process.stderr.write(
    (zh
      ? 'qqkit 需要 Node 20.19 或更新版本，当前为 Node ' +
        process.versions.node +
        '：请从 https://nodejs.org 安装新版本'
      : 'qqkit needs Node 20.19 or newer, and this is Node ' +
        process.versions.node +
        ': install a newer one from https://nodejs.org') + '\n',
  )
  process.exitCode = 1
} else {
  void import('../dist/index.js').then(function (command) {
    return command.runCommandLine(process.argv.slice(2)).then(function (code) {
      process.exitCode = code
    })
  })
}
