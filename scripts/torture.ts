/**
 * `node scripts/torture.ts [BYTES]`: runs the torture set through Assay, daff and datacompy and writes docs/torture.md. Its one long line has so many
 * bytes, a gigabyte when not said. Uses the Python environment that `npm run test:interop` makes, or the one of `ASSAY_INTEROP_PYTHON`.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CASES, largeCases } from '../electron/services/diffs/torture/cases.ts';
import { runTorture, type TortureResult } from '../interop/torture-peers.ts';

const python = process.env.ASSAY_INTEROP_PYTHON ?? resolve('.cache/interop-venv/bin/python');
const LINE_BYTES = Number(process.argv[2] ?? 2 ** 30);
const results = await runTorture(python, CASES);
for (const one of largeCases(LINE_BYTES)) results.push(...(await runTorture(python, [one])));

const PEERS = ['assay', 'daff', 'pandas', 'polars'] as const;
const right = (peer: (typeof PEERS)[number]): number => results.filter((result) => result[peer] === 'ok').length;
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const line = (result: TortureResult): string =>
  `| ${[result.name, result.expected, ...PEERS.map((peer) => result[peer])].map(cell).join(' | ')} |`;

writeFileSync(
  'docs/torture.md',
  `# The torture set

Written by \`node scripts/torture.ts\` on ${new Date().toISOString().slice(0, 10)}, by hand never. Cases and expected answers are in
\`electron/services/diffs/torture\`; \`npm test\` runs them through Assay, \`npm run test:interop\` through its peers as well.

\`+\` rows added, \`−\` removed, \`~\` changed. Of Assay the verdict and the named findings are compared too, of the others these counts only. Peers are told the
key and the tolerance where there is one, and read files with their own readers in their default settings: daff ${daffVersion()} (CSV, TSV, JSON), ${versions()}.

| | Assay | daff | datacompy on pandas | datacompy on polars |
| --- | --- | --- | --- | --- |
| right, of ${results.length} | ${PEERS.map(right).join(' | ')} |

| case | expected | Assay | daff | datacompy on pandas | datacompy on polars |
| --- | --- | --- | --- | --- | --- |
${results.map(line).join('\n')}
`,
);
process.stdout.write(
  `docs/torture.md: ${PEERS.map((peer) => `${peer} ${right(peer)}`).join(', ')} of ${results.length}\n`,
);

function daffVersion(): string {
  return (JSON.parse(readFileSync('node_modules/daff/package.json', 'utf8')) as { version: string }).version;
}

function versions(): string {
  const code = 'from importlib.metadata import version as v; print(*map(v, ["datacompy", "pandas", "polars"]))';
  const [datacompy, pandas, polars] = spawnSync(python, ['-c', code], { encoding: 'utf8' }).stdout.trim().split(' ');
  return `datacompy ${datacompy} on pandas ${pandas} and on polars ${polars}`;
}
