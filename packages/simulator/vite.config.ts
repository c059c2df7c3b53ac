import { defineConfig } from 'vite'

/** Builds the chat page into static files that ship with the package; its server is in src/page. */
export default defineConfig({
  root: 'page',
  // The page lives at `/`, what it loads under `/_sim/`, where no route of the platform can be.
  base: '/_sim/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [
    {
      name: 'plain-imports',
      enforce: 'pre',
      // Vite wraps each import() to load styles and further files first; what the page loads later has none.
      load: {
        filter: { id: /vite\/preload-helper/ },
        handler: () => 'export const __vitePreload = (load) => load()',
      },
    },
  ],
  build: {
    outDir: '../dist/page',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    // Everything inlined would need a looser content security policy.
    assetsInlineLimit: 0,
  },
})
