export type PreviewKind = 'table' | 'image' | 'text' | 'other';

const TABLE = /\.(csv|tsv|jsonl|ndjson|json|parquet|arrow|feather|ipc)(\.gz|\.zst)?$/i;
const IMAGE = /\.(png|jpe?g|webp|gif|bmp|tiff?|avif)$/i;
const TEXT =
  /(\.(txt|md|log|ya?ml|toml|ini|cfg|py|sh|sql|r|xml|html?|css|js|ts|tex|bib|srt|vtt|dvc|lock|gitignore)|(^|\/)(readme|licen[cs]e|makefile|dockerfile))$/i;

/** How a file is shown, by its name. */
export function kindOf(path: string): PreviewKind {
  if (TABLE.test(path)) return 'table';
  if (IMAGE.test(path)) return 'image';
  return TEXT.test(path) ? 'text' : 'other';
}
