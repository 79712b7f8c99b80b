import type { ModelFormat, ModelKind, ModelSignature } from '../../../../shared/contract/models.ts';

export const MAX_TENSORS = 500;
const MAX_FACTS = 60;
const MAX_WARNINGS = 30;

/** A file that may be (part of) a model: its path in the model's folder, and where its bytes are. */
export type KindFile = { readonly path: string; readonly file: string; readonly size: number };

/** What a reader found, growing as it reads. */
export type Finding = ModelKind & { signature: ModelSignature | null };

export const finding = (format: ModelFormat, file: string | null, title: string): Finding => ({
  format,
  file,
  title,
  libraryVersion: null,
  parameters: null,
  dtypes: {},
  tensors: [],
  tensorCount: 0,
  facts: [],
  warnings: [],
  signature: null,
});

/** Text from a file made fit for a line: no control or direction characters, and not endless. */
export function clean(text: string, limit = 200): string {
  const plain = text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go
    .replaceAll(/[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g, ' ')
    .trim();
  return plain.length > limit ? `${plain.slice(0, limit - 1)}…` : plain;
}

export function fact(into: ModelKind, label: string, value: string | number | null | undefined): void {
  if (value === null || value === undefined || value === '' || into.facts.length >= MAX_FACTS) return;
  into.facts.push({ label: clean(label, 80), value: clean(String(value), 500) });
}

export function warn(into: ModelKind, message: string): void {
  if (into.warnings.length < MAX_WARNINGS && !into.warnings.includes(message)) into.warnings.push(clean(message, 500));
}

/** Elements of a shape; null when no memory could hold them. */
export function elements(shape: readonly number[]): number | null {
  let product = 1;
  for (const one of shape) {
    if (!Number.isSafeInteger(one) || one < 0) return null;
    product *= one;
    if (!Number.isSafeInteger(product)) return null;
  }
  return product;
}

/** Counts a tensor and keeps it while it is among the largest. @param counts whether its elements are weights */
export function addTensor(
  into: ModelKind,
  name: string,
  dtype: string,
  shape: readonly number[],
  counts = true,
): number | null {
  into.tensorCount++;
  const count = elements(shape);
  if (count === null) {
    warn(into, `The tensor "${clean(name, 80)}" claims a shape that no memory holds.`);
    return null;
  }
  if (counts) {
    into.parameters = (into.parameters ?? 0) + count;
    const key = clean(dtype, 40);
    if (Object.keys(into.dtypes).length < 50 || key in into.dtypes) into.dtypes[key] = (into.dtypes[key] ?? 0) + count;
  }
  into.tensors.push({ name: clean(name, 300), dtype: clean(dtype, 40), shape: shape.slice(0, 32) });
  if (into.tensors.length >= MAX_TENSORS * 4) keepLargest(into);
  return count;
}

/** Sorts the tensors, largest first, and drops what is beyond the limit. */
export function keepLargest(into: ModelKind): void {
  into.tensors.sort((a, b) => (elements(b.shape) ?? 0) - (elements(a.shape) ?? 0) || (a.name < b.name ? -1 : 1));
  into.tensors.length = Math.min(into.tensors.length, MAX_TENSORS);
}
