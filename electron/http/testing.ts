import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { implement } from '@orpc/server';
import { contract } from '../../shared/contract/index.ts';
import { AppError } from '../../shared/errors.ts';
import { resolveInside } from '../platform/paths.ts';
import type { HostServices } from './types.ts';

export type Place = { root: string; page: string; data: string; artifacts: string; dispose(): void };

/** A built page, a data folder and a run's artifacts, in a temporary place. */
export function makePlace(): Place {
  const root = mkdtempSync(join(tmpdir(), 'assay-http-'));
  const place = { root, page: join(root, 'page'), data: join(root, 'data'), artifacts: join(root, 'artifacts') };
  for (const folder of [join(place.page, 'assets'), place.data, place.artifacts])
    mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(place.page, 'index.html'),
    '<!doctype html><title>Assay</title><script type="module" src="/assets/index-abcd1234.js"></script>',
  );
  writeFileSync(join(place.page, 'assets', 'index-abcd1234.js'), 'document.title = "ran";');
  writeFileSync(join(root, 'secret.txt'), 'secret');
  return { ...place, dispose: () => rmSync(root, { recursive: true, force: true }) };
}

/** Services as small as can be: `system.info`, a stream that never ends by itself, and files of the project "p", whatever version or side
 * is asked for; of its runs only "r" is there. */
export function smallServices(artifacts: string, types: Record<string, string> = {}): HostServices {
  const os = implement(contract.system);
  const info = {
    version: '0.0.0',
    mode: 'browser' as const,
    platform: 'test',
    hostName: 'h',
    home: '/',
    cores: 1,
    memoryBytes: 1,
  };
  return {
    router: {
      system: {
        info: os.info.handler(() => info),
        events: os.events.handler(async function* ({ signal }) {
          yield { topic: 'settings' as const, ids: [] };
          await new Promise((resolve) => signal?.addEventListener('abort', resolve));
        }),
      },
    },
    async servedFile(address) {
      const { kind, project, path } = address;
      if (project !== 'p' || (kind === 'run' && address.run !== 'r'))
        throw new AppError('NOT_FOUND', 'There is no such run.');
      const file = resolveInside(artifacts, path);
      return {
        path: file,
        mediaType: types[path] ?? 'application/octet-stream',
        size: statSync(file).size,
        etag: `"${path}"`,
      };
    },
    dispose: () => Promise.resolve(),
  };
}

export type Answer = { status: number; headers: IncomingHttpHeaders; body: string };

/** Sends exactly the target that is given: `fetch` would tidy it up. */
export function askExactly(
  port: number,
  target: string,
  headers: Record<string, string> = {},
  method = 'GET',
  body?: string,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const one = request({ host: '127.0.0.1', port, path: target, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    one.on('error', reject);
    one.end(body);
  });
}
