import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../../../shared/errors.ts';
import { writeFileAtomic } from '../../platform/files.ts';
import type { Log } from '../../platform/log.ts';
import { runTool } from '../../platform/process.ts';

const TIMEOUT_MS = 30_000;
const SCRIPT = `import importlib.metadata as m
names = {}
for d in m.distributions():
    n = d.metadata["Name"]
    if n and n.lower() not in names: names[n.lower()] = n + "==" + d.version
print("\\n".join(names[k] for k in sorted(names)))`;

/** Writes `packages.txt`, one `name==version` a line, as the interpreter itself finds them. Never throws: the run is more important. */
export async function capturePackages(folder: string, python: string, log: Log): Promise<void> {
  try {
    const env = { ...process.env, PYTHONIOENCODING: 'utf-8' };
    const { code, stdout } = await runTool(python, ['-c', SCRIPT], { timeoutMs: TIMEOUT_MS, cwd: tmpdir(), env });
    if (code === 0) writeFileAtomic(join(folder, 'packages.txt'), stdout);
  } catch (error) {
    log.warn('packages could not be captured', { error: messageOf(error) });
  }
}
