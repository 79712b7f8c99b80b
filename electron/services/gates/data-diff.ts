import { columnDrifts } from '../diffs/column-drift.ts';
import { compare } from '../diffs/diff.ts';
import type { KeptTable } from '../diffs/kept-table.ts';
import { dataOf } from './data.ts';
import { type Checking, type Found, said, worst } from './evaluator.ts';
import type { GateOf } from './forms.ts';

type DataDiff = GateOf<'data_diff'>;
type Part = Pick<Found, 'verdict' | 'message'>;
type Counts = { readonly before: number; readonly added: number; readonly removed: number; readonly changed: number };

/** How the data that the run read differs from what the compared version's run read, against limits. */
export async function checkDataDiff(gate: DataDiff, checking: Checking): Promise<Found> {
  const title = `Data ${gate.data_diff} against that of ${gate.to ?? checking.championAlias}: ${asked(gate)}`;
  const now = dataOf(checking.own.definition, gate.data_diff);
  const compared = await checking.compared(gate.to ?? checking.championAlias);
  if (compared.state !== 'other')
    return {
      title,
      verdict: 'pass',
      message:
        compared.state === 'none'
          ? `There is no ${compared.alias} yet, so there is no data to compare with.`
          : `This version is the ${compared.alias} itself.`,
    };
  const { alias, version } = compared;
  const champion = { alias, version: version.definition.version, value: null };
  const old = dataOf(version.definition, gate.data_diff);
  const evidence = [
    {
      label: 'Data',
      text: old.path === now.path ? now.path : `${old.path} and ${now.path}`,
      ref: { path: now.path, before: old.hash, after: now.hash, pathBefore: old.path },
    },
  ];
  if (old.hash === now.hash)
    return {
      title,
      champion,
      evidence,
      verdict: 'pass',
      value: 0,
      message: `Both read the same version of ${now.path}.`,
    };
  const sides = [await checking.locate(old.path, old.hash), await checking.locate(now.path, now.hash)] as const;
  const { diff, table } = await compare(...sides, { signal: checking.signal, ...(gate.key ? { key: gate.key } : {}) });
  try {
    const parts: Part[] = [];
    if (diff.kind === 'table') {
      const { rows } = diff;
      parts.push(...limits(gate, rows, 'rows'));
      if (gate.max_changed !== undefined && diff.key.source === 'none')
        parts.push({
          verdict: 'inconclusive',
          message:
            'No columns name the rows, so a changed row counts as removed and added. Add key: to the gate, or limit max_removed and max_added.',
        });
      if (gate.schema) {
        const others = diff.columns.filter((column) => column.status !== 'same');
        parts.push({
          verdict: others.length === 0 ? 'pass' : 'fail',
          message:
            others.length === 0
              ? 'The columns are the same.'
              : `Columns differ: ${others
                  .slice(0, 10)
                  .map(({ name, status }) => `${name} ${status}`)
                  .join(', ')}.`,
        });
      }
      if (gate.max_drifted !== undefined) parts.push(await drift(gate, gate.max_drifted, table!));
    } else if (diff.kind === 'folder') {
      const { files } = diff;
      const before = files.removed + files.changed + files.renamed + files.unchanged;
      parts.push(...limits(gate, { ...files, before }, 'files'));
      if (gate.schema || gate.max_drifted !== undefined)
        parts.push({
          verdict: 'inconclusive',
          message: 'A folder has no columns, so schema and drift say nothing of it.',
        });
    } else
      parts.push({
        verdict: diff.verdict === 'identical' ? 'pass' : 'inconclusive',
        message: 'These are neither tables nor folders, so rows, columns and drift cannot be counted.',
      });
    const verdict = worst(parts.map((part) => part.verdict));
    const bad = parts.filter((part) => part.verdict !== 'pass');
    return {
      title,
      champion,
      evidence: [...evidence, ...parts.map(({ message }, i) => ({ label: `Check ${i + 1}`, text: message, ref: {} }))],
      verdict,
      value: `${parts.length - bad.length} of ${parts.length} limits hold`,
      message: (bad.length > 0 ? bad : parts).map((part) => part.message).join(' '),
    };
  } finally {
    await table?.close();
  }
}

function asked(gate: DataDiff): string {
  const share = (limit: number | undefined, word: string): string[] =>
    limit === undefined ? [] : [`at most ${said(limit * 100)} % ${word}`];
  return [
    ...share(gate.max_changed, 'changed'),
    ...share(gate.max_removed, 'removed'),
    ...share(gate.max_added, 'added'),
    ...(gate.schema ? ['same columns'] : []),
    ...(gate.max_drifted === undefined ? [] : [`at most ${gate.max_drifted} columns drifted`]),
  ].join(', ');
}

function limits(gate: DataDiff, counts: Counts, unit: string): Part[] {
  return (['changed', 'removed', 'added'] as const).flatMap((which): Part[] => {
    const limit = gate[`max_${which}`];
    if (limit === undefined) return [];
    const share = counts[which] === 0 ? 0 : counts[which] / counts.before;
    return [
      {
        verdict: share <= limit ? 'pass' : 'fail',
        message: `${said(counts[which])} of ${said(counts.before)} ${unit} ${which} (${Number.isFinite(share) ? `${said(100 * share)} %` : 'of none'}; at most ${said(100 * limit)} % may be).`,
      },
    ];
  });
}

async function drift(gate: DataDiff, most: number, table: KeptTable): Promise<Part> {
  const names = table.open.result.columns
    .filter(({ name, status }) => status !== 'added' && status !== 'removed' && (gate.columns?.includes(name) ?? true))
    .map(({ name }) => name);
  const missing = (gate.columns ?? []).filter((name) => !names.includes(name));
  if (missing.length > 0)
    return {
      verdict: 'inconclusive',
      message: `Drift of ${missing.join(', ')} cannot be told: both sides do not have it.`,
    };
  const found = await table.exclusive((open) => columnDrifts(open, names));
  const drifted = found.filter((one) => one.drift?.drifted);
  const told = drifted.slice(0, 5).map(({ column, drift: one }) => `${column} (${one!.test} ${said(one!.score)})`);
  return {
    verdict: drifted.length <= most ? 'pass' : 'fail',
    message: `${drifted.length} of ${names.length} columns drifted${told.length > 0 ? `: ${told.join(', ')}` : ''}; at most ${most} may.`,
  };
}
