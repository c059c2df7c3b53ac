import { library } from '../../tsup.preset.js'

export default library({ entry: ['src/index.ts', 'src/internal/index.ts', 'src/testing/index.ts'] })
