import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withSmallFiles } from './confined.ts';
import { assay, assayWith } from './terminal.ts';

test.skipIf(process.platform === 'win32')(
  'adding where an object cannot be written as a whole says so, changes nothing, and completes when there is room',
  () => {
    const root = join(mkdtempSync(join(tmpdir(), 'assay-full-')), 'project');
    mkdirSync(join(root, 'd'), { recursive: true });
    writeFileSync(join(root, 'd/small'), 'small');
    writeFileSync(join(root, 'd/large'), Buffer.alloc(20_000_000, 'x'));
    try {
      const failed = assayWith({ around: withSmallFiles(10_000) }, root, 'data', 'add', 'd');
      expect(failed.status).toBe(1);
      expect(failed.stderr).toMatch(/Could not write .*(disk is full|larger than the system allows)/);
      expect(existsSync(join(root, 'd.dvc'))).toBe(false);
      expect(readFileSync(join(root, 'd/large')).length).toBe(20_000_000);
      const left = readdirSync(join(root, '.dvc/cache'), { recursive: true, withFileTypes: true });
      // nothing half-written is left: the small object at most
      for (const entry of left.filter((one) => one.isFile()))
        expect(readFileSync(join(entry.parentPath, entry.name), 'utf8')).toBe('small');
      expect(assay(root, 'data', 'add', 'd').stdout).toMatch(/^Added d /);
      expect(assay(root, 'data', 'verify').stdout).toMatch(/sound d/);
    } finally {
      rmSync(join(root, '..'), { recursive: true, force: true });
    }
  },
  90_000,
);
