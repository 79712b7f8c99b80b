/**
 * `npm run bench [area…]`: measures ratios in one run and writes `bench/RESULTS.md`. Peers are installed from PyPI into `.cache/`.
 * Areas: tracking, data. Nothing here is a test: a slow machine gives a slow figure, not a failure.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { measureData } from './data/run.ts';
import { measureTracking } from './tracking/run.ts';

export type Row = { what: string; expected: string; bar: string; measured: string; holds: boolean | null };
export type Area = { title: string; rows: Row[]; notes: string[] };

const AREAS: Record<string, () => Promise<Area>> = { tracking: measureTracking, data: measureData };

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in AREAS));
if (unknown.length > 0) {
  process.stderr.write(`No such area: ${unknown.join(', ')}. There are: ${Object.keys(AREAS).join(', ')}.\n`);
  process.exit(2);
}
const areas: Area[] = [];
for (const name of asked.length > 0 ? asked : Object.keys(AREAS)) areas.push(await AREAS[name]!());

const mark = (row: Row): string => (row.holds === null ? '–' : row.holds ? 'yes' : '**no**');
const text = `# Results

Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: ${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 1e9)} GB, Node ${process.versions.node}.
Each table is one run on one machine; compare figures within it, not between machines. "Expected" was written before measuring.

${areas
  .map(
    (area) => `## ${area.title}

| what | expected | bar | measured | holds |
| --- | --- | --- | --- | --- |
${area.rows.map((row) => `| ${row.what} | ${row.expected} | ${row.bar} | ${row.measured} | ${mark(row)} |`).join('\n')}

${area.notes.join('\n\n')}
`,
  )
  .join('\n')}`;
writeFileSync(`${import.meta.dirname}/RESULTS.md`, text);
process.stdout.write(text);
process.stdout.write(`\nwritten to bench/RESULTS.md (${readdirSync(import.meta.dirname).length} entries in bench/)\n`);
