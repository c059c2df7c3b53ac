import { library } from '../../tsup.preset.js'

// The page's files are found beside the built code, which in CommonJS needs a stand-in for `import.meta.url`.
export default library({
  entry: [
    'src/index.ts',
    'src/testing/index.ts',
    'src/testing/vitest.ts',
    'src/cli/index.ts',
    'src/cli/redirect.ts',
  ],
  shims: true,
})
