import { statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { readJson, writeFileAtomic } from '../../platform/files.ts';
import { runTool } from '../../platform/process.ts';

const Known = z.record(z.string(), z.object({ stamp: z.string(), version: z.string() }));

/** Isolated and without site packages: nothing but the interpreter itself runs. */
const ARGS = ['-I', '-S', '-c', 'import sys; print("%d.%d.%d" % sys.version_info[:3])'];
const TIMEOUT_MS = 10_000;

/** Knows versions by asking each interpreter once; the answers are kept in Assay's data folder until the file changes. */
export function createVersions(folder: string) {
  const file = join(folder, 'python-versions.json');
  const known = new Map(Object.entries(Known.catch({}).parse(readJson(file))));
  const asked = new Map<string, Promise<string | null>>();

  const ask = async (executable: string, stamp: string): Promise<string | null> => {
    try {
      const { code, stdout } = await runTool(executable, ARGS, { timeoutMs: TIMEOUT_MS, cwd: tmpdir() });
      const version = stdout.trim();
      if (code !== 0 || !/^\d+\.\d+\.\d+$/.test(version)) return null;
      known.set(executable, { stamp, version });
      remember();
      return version;
    } catch {
      return null;
    }
  };
  const remember = (): void => {
    try {
      writeFileAtomic(file, JSON.stringify(Object.fromEntries(known)));
    } catch {
      // it will be asked again next time
    }
  };

  return {
    /** `3.11.7`; null when it is broken, not Python 3, or does not answer. */
    async of(executable: string): Promise<string | null> {
      const stat = statSync(executable, { throwIfNoEntry: false });
      if (!stat) return null;
      const stamp = `${stat.mtimeMs}:${stat.size}`;
      const before = known.get(executable);
      if (before?.stamp === stamp) return before.version;
      const running = asked.get(executable) ?? ask(executable, stamp).finally(() => asked.delete(executable));
      asked.set(executable, running);
      return running;
    },
  };
}
