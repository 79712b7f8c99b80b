import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const CLEAN = `import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
const bytes = readFileSync(0);
const text = bytes.toString();
const oid = createHash('sha256').update(bytes).digest('hex');
process.stdout.write(
  bytes.length === 0 || text.startsWith('version https://git-lfs')
    ? text
    : 'version https://git-lfs.github.com/spec/v1\\noid sha256:' + oid + '\\nsize ' + bytes.length + '\\n',
);
`;

/**
 * Tells git what it would make of a file, as git-lfs does: it asks when a file may have changed in the moment that its index was written,
 * which no test can rule out.
 */
export function installCleanFilter(root: string): void {
  const script = join(root, '.git', 'clean.mjs');
  writeFileSync(script, CLEAN);
  appendFileSync(
    join(root, '.git', 'config'),
    `[filter "lfs"]\n\tclean = "\\"${process.execPath}\\" \\"${script}\\""\n\trequired = true\n`,
  );
}
