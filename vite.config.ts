import { existsSync } from 'node:fs'
import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const root = join(import.meta.dirname, 'renderer')

/** The two pages of the program. The policy of the host allows scripts from files only, so nothing is put into pages or scripts as data. */
export default defineConfig({
  root,
  base: './',
  publicDir: false,
  plugins: [react()],
  worker: { format: 'es' },
  build: {
    outDir: join(import.meta.dirname, 'dist/renderer'),
    emptyOutDir: true,
    target: 'es2023',
    sourcemap: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500, // in kB; the pages are read from this computer
    rollupOptions: { input: ['index.html', 'cache.html'].map(page => join(root, page)).filter(page => existsSync(page)) },
  },
})
