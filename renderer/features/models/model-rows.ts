import type { ModelRow, VersionRow } from '../../../shared/contract/models.ts';
import { approvalWords, compareVersions, gatesWords } from '../../lib/model-words.ts';
import type { Sort } from './models-search.ts';

/** A line of the grid. */
export type GridRow =
  | { kind: 'model'; id: string; model: ModelRow; open: boolean }
  | { kind: 'version'; id: string; version: VersionRow; nested: boolean }
  | { kind: 'waiting'; id: string };

/** Everything about a version that the filter looks into. */
function textOf(row: VersionRow): string {
  return [
    row.model,
    `${row.model}@${row.version}`,
    row.stage ?? '',
    ...row.aliases.map((alias) => `@${alias}`),
    row.format,
    gatesWords(row.gates).words,
    row.gates?.verdict ?? 'unchecked',
    row.approval,
    approvalWords(row).words,
    row.author,
    row.description,
    row.run?.name ?? '',
    ...row.pushedTo,
    row.signed ? 'signed' : 'unsigned',
    row.deprecated ? 'deprecated' : '',
    row.overridden ? 'overridden' : '',
  ]
    .join('\n')
    .toLowerCase();
}

const wordsOf = (filter: string): string[] => filter.toLowerCase().split(/\s+/).filter(Boolean);

/** Versions that have every word of the filter, in any case. */
export function filterVersions(rows: readonly VersionRow[], filter: string): readonly VersionRow[] {
  const words = wordsOf(filter);
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const text = textOf(row);
    return words.every((word) => text.includes(word));
  });
}

/** Models whose name, aliases, stages or latest version have every word of the filter. */
export function filterModels(models: readonly ModelRow[], filter: string): readonly ModelRow[] {
  const words = wordsOf(filter);
  if (words.length === 0) return models;
  return models.filter((model) => {
    const pointers = [...Object.keys(model.aliases).map((alias) => `@${alias}`), ...Object.keys(model.stages)];
    const text = `${textOf(model.latest)}\n${pointers.join('\n').toLowerCase()}`;
    return words.every((word) => text.includes(word));
  });
}

const VERDICTS = ['fail', 'inconclusive', 'pass'];
const APPROVALS = ['requested', 'rejected', 'none', 'approved'];

/** What waits for a person comes first; what is not known comes last. */
function rank(row: VersionRow, key: Sort['key']): number {
  switch (key) {
    case 'gates':
      return row.gates ? VERDICTS.indexOf(row.gates.verdict) : VERDICTS.length;
    case 'approval':
      return APPROVALS.indexOf(row.approval);
    case 'size':
      return row.size;
    case 'created':
      return row.createdAt;
    default:
      return 0;
  }
}

function compare(a: VersionRow, b: VersionRow, { key, desc }: Sort): number {
  const by =
    key === 'format'
      ? a.format.localeCompare(b.format)
      : key === 'name'
        ? a.model.localeCompare(b.model)
        : rank(a, key) - rank(b, key);
  return (desc ? -by : by) || a.model.localeCompare(b.model) || compareVersions(b.version, a.version);
}

/** Versions in the order asked for; equals by model, newest version first. */
export function sortVersions(rows: readonly VersionRow[], sort: Sort): readonly VersionRow[] {
  return rows.toSorted((a, b) => compare(a, b, sort));
}

/** Models in the order of their latest versions. */
export function sortModels(models: readonly ModelRow[], sort: Sort): readonly ModelRow[] {
  return models.toSorted((a, b) => compare(a.latest, b.latest, sort));
}

/**
 * Models as lines, with the versions of the open ones below them.
 * @param versions of open models, by name; absent while they are on their way
 */
export function modelLines(
  models: readonly ModelRow[],
  open: ReadonlySet<string>,
  versions: Readonly<Record<string, readonly VersionRow[] | undefined>>,
): GridRow[] {
  return models.flatMap((model): GridRow[] => {
    const line: GridRow = { kind: 'model', id: model.name, model, open: open.has(model.name) };
    if (!line.open) return [line];
    const inner = versions[model.name];
    return inner
      ? [line, ...inner.map((version) => versionLine(version, true))]
      : [line, { kind: 'waiting', id: `${model.name}/` }];
  });
}

/** A version as a line of the grid. */
export const versionLine = (version: VersionRow, nested = false): GridRow => ({
  kind: 'version',
  id: `${version.model}@${version.version}`,
  version,
  nested,
});
