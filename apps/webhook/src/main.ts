import { start } from '../../common/src/start.js'

// Imported here, so that a Node that is too old gets as far as the line that says so.
await start(async () => (await import('./run.js')).run())
