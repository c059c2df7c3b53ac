// npx pm2 start deploy/pm2.config.cjs
const path = require('node:path')

module.exports = {
  apps: [
    {
      name: 'qq-bot',
      cwd: path.join(__dirname, '..'),
      script: 'dist/main.js',
      // One process: a second one would answer every message too.
      instances: 1,
      exec_mode: 'fork',
      restart_delay: 10_000,
      kill_timeout: 30_000,
      env: { NODE_ENV: 'production' },
    },
  ],
}
