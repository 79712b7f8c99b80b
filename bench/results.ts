import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';

export type Row = { what: string; expected: string; bar: string; measured: string; holds: boolean | null };
export type Area = { title: string; rows: Row[]; notes: string[] };

const FILE = join(import.meta.dirname, 'RESULTS.md');
const HEAD = `# Results

Written by \`npm run bench\`. Each table is one run on one machine; compare figures within it, not between machines. "Expected" was written before
measuring.
`;

/** Writes areas into `bench/RESULTS.md`; those that were not measured now stay as they are. Returns the text. */
export function writeResults(areas: readonly Area[]): string {
  const before = existsSync(FILE)
    ? readFileSync(FILE, 'utf8')
        .split(/^(?=## )/m)
        .slice(1)
    : [];
  const titleOf = (section: string): string => section.slice(3, section.indexOf('\n'));
  const sections = new Map(before.map((section) => [titleOf(section), section.trimEnd()]));
  for (const area of areas) sections.set(area.title, sectionOf(area));
  const text = `${[HEAD.trimEnd(), ...sections.values()].join('\n\n')}\n`;
  writeFileSync(FILE, text);
  return text;
}

const mark = (row: Row): string => (row.holds === null ? '–' : row.holds ? 'yes' : '**no**');

function sectionOf({ title, rows, notes }: Area): string {
  return `## ${title}

On ${new Date().toISOString().slice(0, 10)}: ${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 1e9)} GB, Node ${process.versions.node}.

| what | expected | bar | measured | holds |
| --- | --- | --- | --- | --- |
${rows.map((row) => `| ${row.what} | ${row.expected} | ${row.bar} | ${row.measured} | ${mark(row)} |`).join('\n')}

${notes.join('\n\n')}`.trimEnd();
}
