import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { checkShape } from './shape.ts';

const home = process.cwd();
afterEach(() => process.chdir(home));

function treeWith(files: Record<string, string>): void {
  const root = mkdtempSync(join(tmpdir(), 'assay-shape-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  process.chdir(root);
}

test('names the right door, the wall and the length', () => {
  treeWith({
    'renderer/features/runs/page.tsx': "import { x } from '../compare/page.tsx';\nimport Plotly from 'plotly.js';\n",
    'renderer/features/compare/page.tsx': "import { y } from '../../../electron/services/index.ts';\n",
    'electron/services/runs/service.ts': "import Database from 'better-sqlite3';\n",
    'shared/long.ts': '\n'.repeat(600),
  });
  const breaches = checkShape().join('\n');
  expect(breaches).toContain('a feature may not import another feature');
  expect(breaches).toContain('only renderer/charts/plot.tsx may import plotly.js');
  expect(breaches).toContain('renderer/features may not import electron/services/index.ts');
  expect(breaches).toContain('only electron/db/open.ts may import better-sqlite3');
  expect(breaches).toContain('shared/long.ts: 601 lines');
});

test('lets honest imports through', () => {
  treeWith({
    'electron/services/runs/service.ts':
      "import { openDb } from '../../db/open.ts';\nimport { AppError } from '../../../shared/errors.ts';\n",
    'electron/db/open.ts': "import Database from 'better-sqlite3';\n",
  });
  expect(checkShape()).toEqual([]);
});
