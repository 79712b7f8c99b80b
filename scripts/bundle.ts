import { globSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { build, type Plugin } from 'vite';
import { version } from '../electron/version.ts';

export const ROOT: string = resolve(import.meta.dirname, '..');

/** Stay packages of their own: they bring machine code. Everything else goes into the bundle. */
const NATIVE = [/^better-sqlite3/, /^@duckdb\//, /^@parcel\/watcher/, /^sharp$/, /^@napi-rs\/keyring/];
/** Speed-ups that `ws` and `ssh2` look for and do without. */
const OPTIONAL = ['bufferutil', 'utf-8-validate', 'cpu-features'];
/** Machine code that `ssh2` may have built for itself, likewise. */
const OPTIONAL_FILE = /sshcrypto\.node$/;

/**
 * Bundles the machine's side into `out`: main and preload for the shell; host, terminal and run wrapper as plain ES modules with their
 * workers beside them, so that a plain Node runs them too.
 */
export async function bundle(out: string = join(ROOT, 'dist', 'electron')): Promise<void> {
  rmSync(out, { recursive: true, force: true });
  const electron = (name: string): string => join(ROOT, 'electron', `${name}.ts`);
  await pack(out, { main: electron('main') }, 'es');
  await pack(out, { preload: electron('preload') }, 'cjs');
  const plain = ['host', 'headless', 'cli', 'runner'].map((name) => [name, electron(name)]);
  await pack(out, { ...Object.fromEntries(plain), ...workers() }, 'es');
}

async function pack(outDir: string, input: Record<string, string>, format: 'es' | 'cjs'): Promise<void> {
  const extension = format === 'es' ? 'mjs' : 'cjs';
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'warn',
    plugins: [besideUrls(), fixedVersion(), withoutFolder()],
    ssr: { noExternal: true, external: [...OPTIONAL] },
    build: {
      ssr: true,
      outDir,
      emptyOutDir: false,
      target: 'node24',
      minify: false,
      rollupOptions: {
        input,
        external: ['electron', /^node:/, ...NATIVE, ...OPTIONAL, OPTIONAL_FILE],
        output: {
          format,
          entryFileNames: `[name].${extension}`,
          // one flat folder, so that a path beside a file is the same path in every chunk
          chunkFileNames: `chunk-[name]-[hash].${extension}`,
        },
      },
    },
  });
}

/** `electron/services/git/worker.ts` becomes `git-worker.mjs` beside the bundle. */
function workers(): Record<string, string> {
  const files = globSync('electron/services/*/worker.ts', { cwd: ROOT });
  return Object.fromEntries(files.map((file) => [`${basename(dirname(file))}-worker`, join(ROOT, file)]));
}

/** What is started by its address, `new URL('./worker.ts', import.meta.url)`, is an entry of its own in the same folder. */
function besideUrls(): Plugin {
  const pattern = /new URL\(\s*(['"])(\.{1,2}\/[^'"]+\.ts)\1\s*,\s*import\.meta\.url\s*\)/g;
  return {
    name: 'assay-beside-urls',
    enforce: 'pre',
    transform(code, id) {
      if (id.includes('node_modules') || !code.includes('import.meta.url')) return null;
      return code.replace(pattern, (_all, _quote, path: string) => {
        const file = resolve(dirname(id), path);
        const folder = basename(dirname(file));
        const name = folder === 'electron' ? basename(file, '.ts') : `${folder}-${basename(file, '.ts')}`;
        return `new URL('./${name}.mjs', import.meta.url)`;
      });
    },
  };
}

/** The packaged app has no package.json above its files. */
function fixedVersion(): Plugin {
  return {
    name: 'assay-fixed-version',
    enforce: 'pre',
    transform: (_code, id) =>
      id === join(ROOT, 'electron', 'version.ts') ? `export const version = ${JSON.stringify(version)};` : null,
  };
}

/** `ssh2` asks for its own folder, which an ES module has not: for a file that it carries inside itself, and for Pageant's helper on Windows. */
function withoutFolder(): Plugin {
  return {
    name: 'assay-without-folder',
    enforce: 'pre',
    transform: (code, id) => (/[\\/]node_modules[\\/]ssh2[\\/]/.test(id) ? code.replaceAll('__dirname', "''") : null),
  };
}
