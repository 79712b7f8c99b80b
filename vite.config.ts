import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Leaves a gzipped twin beside each large text file, for pages that are read through an SSH tunnel. */
function gzipped(): Plugin {
  return {
    name: 'assay-gzipped',
    apply: 'build',
    writeBundle({ dir = '' }, bundle) {
      for (const name of Object.keys(bundle).filter((one) => /\.(?:js|css|svg|html)$/.test(one))) {
        const file = join(dir, name);
        const content = readFileSync(file);
        if (content.length > 4096) writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
      }
    },
  };
}

// biome-ignore lint/style/noDefaultExport: Vite reads the default export
export default defineConfig({
  root: resolve(import.meta.dirname, 'renderer'),
  plugins: [react(), gzipped()],
  server: { host: '127.0.0.1' },
  worker: { format: 'es' },
  build: {
    outDir: resolve(import.meta.dirname, 'dist/renderer'),
    emptyOutDir: true,
    target: 'es2023',
    // the page's policy allows no fonts or scripts from data: addresses
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // plotly's own size is known; it is loaded only when a chart is shown
    chunkSizeWarningLimit: 6000,
  },
});
