/**
 * The walls that neither compiler nor linter can see (docs/architecture.md): who may import whom, one door per package, and how long a file
 * may be. Import cycles and default exports are the linter's.
 */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const MAX_LINES = 500;

/** A room (by the longest fitting prefix) and the rooms it may import from, itself included by nature. */
const WALLS: readonly (readonly [room: string, mayImport: readonly string[]])[] = [
  ['shared', []],
  ['electron/platform', ['shared']],
  ['electron/db', ['shared', 'electron/platform']],
  [
    'electron/services',
    ['shared', 'electron/platform', 'electron/db', 'electron/runner', 'electron/version.ts', 'electron/resources.ts'],
  ],
  ['electron/runner', ['shared', 'electron/platform', 'electron/runner.ts', 'electron/services/gpu']],
  ['electron/runner.ts', ['shared', 'electron/platform', 'electron/runner', 'electron/services/gpu']],
  ['electron/http', ['shared', 'electron/platform', 'electron/services', 'electron/csp.ts']],
  [
    'electron/cli',
    [
      'shared',
      'electron/platform',
      'electron/services',
      'electron/db',
      'electron/headless.ts',
      'electron/version.ts',
      'electron/resources.ts',
      'electron/http',
    ],
  ],
  ['electron/testing', ['shared', 'electron/db', 'electron/services', 'electron/platform']],
  ['electron/app', ['shared', 'electron/platform', 'electron/csp.ts']],
  ['electron/main.ts', ['shared', 'electron/app', 'electron/platform', 'electron/csp.ts']],
  ['electron/preload.ts', ['shared', 'electron/app']],
  ['electron', ['shared', 'electron']],
  ['renderer/lib', ['shared']],
  ['renderer/ui', ['shared', 'renderer/lib']],
  ['renderer/charts', ['shared', 'renderer/lib', 'renderer/ui']],
  ['renderer/features', ['shared', 'renderer/lib', 'renderer/ui', 'renderer/charts']],
  ['renderer/app', ['shared', 'renderer']],
  ['renderer', ['shared', 'renderer']],
  ['e2e', []],
];

/** A package and the only places that may name it. */
const DOORS: readonly (readonly [pkg: RegExp, doors: readonly string[], door: string])[] = [
  [/^electron$/, ['electron/app', 'electron/main.ts', 'electron/preload.ts'], 'electron/app'],
  [/^better-sqlite3$/, ['electron/db'], 'electron/db/open.ts'],
  [/^isomorphic-git(\/|$)/, ['electron/services/git'], 'electron/services/git'],
  [/^@duckdb\//, ['electron/services/duckdb'], 'electron/services/duckdb/open.ts'],
  [/^@parcel\/watcher/, ['electron/platform'], 'electron/platform/watch.ts'],
  [/^(@aws-sdk\/|ssh2$)/, ['electron/services/remotes'], 'electron/services/remotes'],
  [/^(sharp|bmp-ts|music-metadata)$/, ['electron/services/media', 'electron/testing'], 'electron/services/media'],
  [/^apache-arrow/, ['electron/services/tables'], 'electron/services/tables/arrow.ts'],
  [/^@napi-rs\/keyring/, ['electron/services/secrets'], 'electron/services/secrets'],
  [/^canonicalize$/, ['electron/services/audit'], 'electron/services/audit/canonical.ts'],
  [/^yauzl$/, ['electron/services/models/kinds'], 'electron/services/models/kinds'],
  [/^tar-stream$/, ['electron/services/targets'], 'electron/services/targets'],
  [/^semver$/, ['electron/services/models'], 'electron/services/models'],
  [/^(@xyflow\/|@dagrejs\/)/, ['renderer/features/lineage'], 'renderer/features/lineage'],
  [/^(react-markdown|remark-gfm)$/, ['renderer/ui'], 'renderer/ui/markdown.tsx'],
  [/^@codemirror\//, ['renderer/ui'], 'renderer/ui/merge-view.tsx'],
  [
    /^node:child_process$/,
    ['electron/platform/process.ts', 'electron/testing', 'electron/acceptance', 'scripts', 'bench', 'e2e'],
    'electron/platform/process.ts',
  ],
  [/^plotly\.js/, ['renderer/charts'], 'renderer/charts/plot.tsx'],
  [
    /^(ws|node:https?)$/,
    [
      'electron/http',
      'electron/services/remotes/http.ts',
      'electron/services/web',
      'electron/testing',
      'scripts',
      'bench',
      'e2e',
    ],
    'electron/http',
  ],
  [/^@orpc\/client/, ['renderer/lib', 'electron/testing', 'scripts', 'e2e'], 'renderer/lib/client.ts'],
];

const within = (path: string, room: string): boolean => path === room || path.startsWith(`${room}/`);

/** Every breach as a line `file: what is wrong, and where to go instead`. */
export function checkShape(): string[] {
  const files = globSync('{shared,electron,renderer,e2e,scripts,bench}/**/*.{ts,tsx}', {
    exclude: (name) => name.includes('node_modules'),
  });
  return files.map((file) => file.replaceAll('\\', '/')).flatMap(checkFile);
}

function checkFile(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const isTest = /\.test\.tsx?$/.test(file);
  const breaches: string[] = [];
  const lines = text.split('\n').length;
  if (lines > MAX_LINES)
    breaches.push(`${file}: ${lines} lines; a file has one purpose and at most ${MAX_LINES} lines.`);
  const wall = WALLS.filter(([room]) => within(file, room)).sort((a, b) => b[0].length - a[0].length)[0];
  for (const [, name] of text.matchAll(/(?:from|import|import\()\s*['"]([^'"]+)['"]/g)) {
    if (name!.startsWith('.')) {
      const target = normalize(join(dirname(file), name!)).replaceAll('\\', '/');
      if (!wall || isTest || !/^(shared|electron|renderer|e2e)\b/.test(target)) continue;
      const [room, mayImport] = wall;
      if (!within(target, room) && !mayImport.some((other) => within(target, other))) {
        breaches.push(
          `${file}: ${room} may not import ${target} (it may import: ${mayImport.join(', ') || 'nothing'}).`,
        );
      }
      if (
        room === 'renderer/features' &&
        within(target, 'renderer/features') &&
        target.split('/')[2] !== file.split('/')[2]
      ) {
        breaches.push(
          `${file}: a feature may not import another feature (${target}); share through renderer/ui, lib or charts.`,
        );
      }
    } else {
      const door = DOORS.find(([pkg]) => pkg.test(name!));
      if (door && !isTest && !door[1].some((place) => within(file, place))) {
        breaches.push(`${file}: only ${door[2]} may import ${name}; call it instead.`);
      }
    }
  }
  return breaches;
}
