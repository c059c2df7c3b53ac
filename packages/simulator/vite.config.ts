import { defineConfig } from 'vite'

/** Builds the chat page into static files that ship with the package; its server is in src/page. */
export default defineConfig({
  root: 'page',
  // The page lives at `/`, what it loads under `/_sim/`, where no route of the platform can be.
  base: '/_sim/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../dist/page',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    // Everything inlined would need a looser content security policy.
    assetsInlineLimit: 0,
  },
})
