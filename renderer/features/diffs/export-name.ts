import type { ExportFormat } from '../../../shared/contract/diffs.ts';
import { baseName } from './side-words.ts';

const ENDINGS: Record<ExportFormat, string> = {
  html: 'diff.html',
  md: 'diff.md',
  tabular: 'diff.csv',
  parquet: 'diff.parquet',
  json: 'diff.json',
};

/** A name for the exported file: `prices.csv` gives `prices.diff.html`. */
export function exportName(path: string, format: ExportFormat): string {
  const name = baseName(path.replace(/[/\\]+$/, '')).replace(
    /(?<=.)(\.(csv|tsv|jsonl?|ndjson|parquet|arrow|feather|txt|ya?ml|png|jpe?g|webp|gz|zst))+$/i,
    '',
  );
  return `${name || 'data'}.${ENDINGS[format]}`;
}
