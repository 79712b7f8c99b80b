/** `node interop/torture-daff.ts`: reads jobs `{before, after, key}` from its input and prints what daff counts, a line of JSON for each. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const daff = createRequire(import.meta.url)('daff');
const jobs = JSON.parse(readFileSync(0, 'utf8')) as { before: string; after: string; key: string[] }[];

function read(path: string): unknown {
  const text = readFileSync(path, 'utf8');
  if (path.endsWith('.csv') || path.endsWith('.tsv')) {
    const table = new daff.SimpleTable(0, 0);
    new daff.Csv(path.endsWith('.tsv') ? '\t' : ',').parseTable(text, table);
    return table;
  }
  if (!path.endsWith('.json')) throw new Error('daff does not read this format');
  const rows = JSON.parse(text) as Record<string, unknown>[];
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return new daff.TableView([names, ...rows.map((row) => names.map((name) => row[name] ?? null))]);
}

for (const { before, after, key } of jobs) {
  let answer: object;
  try {
    const flags = new daff.CompareFlags();
    flags.ordered = false;
    for (const column of key) flags.addPrimaryKey(column);
    const diff = new daff.TableDiff(daff.compareTables(read(before), read(after), flags).align(), flags);
    diff.hilite(new daff.TableView([]));
    const { row_inserts, row_deletes, row_updates } = diff.getSummary();
    answer = { added: row_inserts, removed: row_deletes, changed: row_updates };
  } catch (error) {
    answer = { error: String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
