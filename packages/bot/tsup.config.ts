import { library } from '../../tsup.preset.js'

export default library({
  entry: [
    'src/index.ts',
    'src/asking/index.ts',
    'src/composer/index.ts',
    'src/control/index.ts',
    'src/middleware/index.ts',
    'src/proactive/index.ts',
    'src/publish/index.ts',
    'src/quotes/index.ts',
    'src/voice/index.ts',
  ],
  noExternal: ['valibot'],
})
