/**
 * `npm run dev`: the page from Vite, with its changes shown at once, and the host in plain Node, started again when its code changes. Vite
 * passes on what belongs to the host, so that the browser sees one origin, as in the real thing. The policy (CSP) is the built page's alone.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createServer } from 'vite';
import { ROOT } from './bundle.ts';

const HOST_PORT = 4690;
const host = `http://127.0.0.1:${HOST_PORT}`;

const vite = await createServer({
  configFile: join(ROOT, 'vite.config.ts'),
  server: {
    port: 4691,
    proxy: {
      '/ws': { target: host, ws: true },
      '/raw': { target: host },
      // the link that lets a browser in
      '^/.*[?&]token=': { target: host },
    },
  },
});
await vite.listen();
const page = vite.resolvedUrls?.local[0] ?? 'http://127.0.0.1:4691/';

const child = spawn(
  process.execPath,
  [
    '--watch',
    join(ROOT, 'electron', 'headless.ts'),
    '--no-open',
    '--port',
    String(HOST_PORT),
    ...process.argv.slice(2),
  ],
  {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  },
);
child.stdout.on('data', (piece: Buffer) => {
  process.stdout.write(piece.toString().replaceAll(`${host}/`, page));
});
child.on('exit', (code) => process.exit(code ?? 1));
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    child.kill(signal);
    void vite.close().finally(() => process.exit(0));
  });
}
