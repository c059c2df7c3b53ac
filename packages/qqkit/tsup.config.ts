import { library } from '../../tsup.preset.js'
import { buildTemplates } from './build-templates.js'

export default library({
  // The package's files are found beside the built code, which in CommonJS needs a stand-in for `import.meta.url`.
  shims: true,
  onSuccess: async () => buildTemplates('dist/templates'),
})
