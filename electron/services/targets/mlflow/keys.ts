/** Limits of MLflow (mlflow/utils/validation.py): keys of params, metrics and tags, and their values. */
const KEY = 250;
const PARAM = 6000;
const TAG = 5000;

/** The longest text of a description: databases of older servers hold no more. */
export const DESCRIPTION = 5000;

/**
 * A name as MLflow takes it: letters, digits, `_ - . / :` and spaces, no way out of a folder; unlike another one of the same text. What is
 * changed is replaced by `_`.
 * @param used names that are taken; gets the new one
 */
export function keyOf(name: string, used: Set<string>): string {
  const clean = name
    .replaceAll(/[^\w.\-/: ]/g, '_')
    .split('/')
    .map((part) => (part === '' || part === '.' || part === '..' ? '_' : part))
    .join('/')
    .slice(0, KEY);
  let key = clean;
  for (let n = 2; used.has(key); n++) key = `${clean.slice(0, KEY - 8)}_${n}`;
  used.add(key);
  return key;
}

export function paramText(value: unknown): string {
  return cut(typeof value === 'string' ? value : JSON.stringify(value), PARAM);
}

export const tagText = (value: string): string => cut(value, TAG);

/** At most so many UTF-16 units, never half a character. */
export const cut = (text: string, limit: number): string =>
  text.length <= limit ? text : `${text.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, '')}…`;
