import { runInNewContext } from 'node:vm';
import type { Documentation } from '../../../shared/contract/datasets.ts';

/** What `assay.yaml` demands of datasets, under `data:`. */
export type DataRules = {
  /** a regular expression that every path must fit as a whole */
  readonly names?: string | undefined;
  /** what every version must say: `desc`, `type`, `labels`, or keys of `meta` */
  readonly require?: readonly string[] | undefined;
};

/** A pattern comes from the repository: one that never ends is given up, and counts as not fitting. */
function fits(pattern: string, path: string): boolean {
  try {
    return runInNewContext(
      'pattern.test(path)',
      { pattern: new RegExp(`^(?:${pattern})$`, 'u'), path },
      { timeout: 200 },
    );
  } catch {
    return false;
  }
}

/** Why a path may not be versioned, as a sentence; null when it may. */
export function nameProblem(rules: DataRules | undefined, path: string): string | null {
  if (rules?.names === undefined || fits(rules.names, path)) return null;
  return `The name ${path} does not fit the rule of assay.yaml (data.names: ${rules.names}). Rename it.`;
}

/** What a description lacks, in the words of the rule. */
export function missingDocumentation(rules: DataRules | undefined, documentation: Documentation): string[] {
  const { desc, type, labels, meta } = documentation;
  const has: Record<string, boolean> = { desc: !!desc?.trim(), type: !!type?.trim(), labels: labels.length > 0 };
  return (rules?.require ?? []).filter((key) => !(has[key] ?? (meta[key] ?? '').trim() !== ''));
}

/** Every rule that a dataset breaks, as sentences. */
export function problemsOf(rules: DataRules | undefined, path: string, documentation: Documentation): string[] {
  const name = nameProblem(rules, path);
  const missing = missingDocumentation(rules, documentation);
  return [
    ...(name === null ? [] : [name]),
    ...(missing.length === 0
      ? []
      : [`assay.yaml asks for ${listed(missing)} of every dataset (data.require). Describe it to say so.`]),
  ];
}

const listed = (names: readonly string[]): string =>
  names.length === 1 ? names[0]! : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
