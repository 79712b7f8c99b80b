import { defineConfig } from 'vitest/config';

// biome-ignore lint/style/noDefaultExport: Vitest reads the default export
export default defineConfig({
  test: { include: ['interop/*.interop.ts'], pool: 'forks', maxWorkers: 1, testTimeout: 180_000, hookTimeout: 180_000 },
});
