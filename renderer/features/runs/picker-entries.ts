import type { RunColumns } from '../../../shared/contract/runs.ts';
import { type Column, columnOf, FIXED_IDS, metricId } from './columns.ts';

/** One line of the column picker. A metric has three columns it may stand for. */
export type PickerEntry =
  | { readonly type: 'title'; readonly text: Column['group'] }
  | { readonly type: 'column'; readonly id: string; readonly name: string; readonly runs: number | null }
  | {
      readonly type: 'metric';
      readonly key: string;
      readonly ids: { last: string; min: string; max: string };
      readonly runs: number;
    };

/** Everything that can be a column, in groups, as far as its name holds the text. */
export function pickerEntries(known: RunColumns | undefined, text: string): PickerEntry[] {
  const wanted = text.trim().toLowerCase();
  const fits = (name: string): boolean => name.toLowerCase().includes(wanted);
  const fixed = FIXED_IDS.filter((id) => id !== 'name').flatMap((id): PickerEntry[] => {
    const column = columnOf(id);
    return column && fits(column.title) ? [{ type: 'column', id, name: column.title, runs: null }] : [];
  });
  const metrics = (known?.metrics ?? [])
    .filter(({ key }) => fits(key))
    .map(({ key, runs }): PickerEntry => {
      const ids = { last: metricId(key, 'last'), min: metricId(key, 'min'), max: metricId(key, 'max') };
      return { type: 'metric', key, ids, runs };
    });
  const keyed = (kind: 'param' | 'tag', list: RunColumns['params'] = []): PickerEntry[] =>
    list
      .filter(({ key }) => fits(key))
      .map(({ key, runs }) => ({ type: 'column', id: `${kind}:${key}`, name: key, runs }));
  const group = (title: Column['group'], entries: PickerEntry[]): PickerEntry[] =>
    entries.length === 0 ? [] : [{ type: 'title', text: title }, ...entries];
  return [
    ...group('Metrics', metrics),
    ...group('Params', keyed('param', known?.params)),
    ...group('Run', fixed),
    ...group('Tags', keyed('tag', known?.tags)),
  ];
}
