/** `node bench/data/diff-once.ts OLD NEW`: one comparison in a process of its own. Prints times, counts and the process's largest memory as JSON. */
import { diffPaths } from '../../electron/services/diffs/diff.ts';

const [old, now] = process.argv.slice(2);
let verdictMs: number | null = null;
const started = performance.now();
const diff = await diffPaths(old!, now!, {
  onEarly: ({ verdict }) => {
    if (verdict !== null) verdictMs ??= performance.now() - started;
  },
});
const ms = performance.now() - started;
process.stdout.write(
  JSON.stringify({
    ms,
    verdictMs: verdictMs ?? ms,
    changed: diff.kind === 'table' ? diff.rows.changed : null,
    mb: process.resourceUsage().maxRSS / 1000,
  }),
);
