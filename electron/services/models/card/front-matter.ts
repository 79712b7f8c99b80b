import { parseDocument, stringify } from 'yaml';
import { AppError } from '../../../../shared/errors.ts';
import type { Evidence } from './evidence.ts';

/** Keys that Assay writes; others are a person's and stay. */
const OURS = ['license', 'license_name', 'library_name', 'datasets', 'metrics', 'model-index'];
const MAX_METRICS = 50;

/** Licences as the Hugging Face Hub names them (lower-case SPDX for these); any other is `other` with its name. */
const HUB_LICENCES = new Set(
  'apache-2.0 mit bsd bsd-2-clause bsd-3-clause bsd-3-clause-clear cc0-1.0 cc-by-4.0 cc-by-3.0 cc-by-2.0 cc-by-sa-4.0 cc-by-sa-3.0 cc-by-nc-4.0 cc-by-nc-sa-4.0 cc-by-nc-nd-4.0 cc-by-nd-4.0 gpl gpl-2.0 gpl-3.0 lgpl lgpl-2.1 lgpl-3.0 agpl-3.0 mpl-2.0 isc unlicense wtfpl zlib artistic-2.0 afl-3.0 bsl-1.0 ecl-2.0 epl-1.0 epl-2.0 eupl-1.1 eupl-1.2 ms-pl ncsa odbl ofl-1.1 osl-3.0 pddl postgresql'.split(
    ' ',
  ),
);
const LIBRARIES: Readonly<Record<string, string>> = {
  sklearn: 'sklearn',
  pytorch: 'pytorch',
  onnx: 'onnx',
  keras: 'keras',
  xgboost: 'xgboost',
  lightgbm: 'lightgbm',
  gguf: 'gguf',
};

/**
 * Metadata as the Hub reads it (huggingface_hub `ModelCardData`), as YAML between `---` lines.
 * @param before the front matter that is there, without its `---`; a person's own keys and tags in it stay
 * @throws AppError CONFLICT when that is no YAML
 */
export function frontMatter({ version }: Evidence, before: string | null, file: string): string {
  const { definition } = version;
  const theirs = before === null ? {} : read(before, file);
  const licence = definition.licence?.toLowerCase().replace(/-(only|or-later)$/, '') ?? null;
  const known = licence !== null && HUB_LICENCES.has(licence);
  const metrics = Object.entries(definition.metrics).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number' && Number.isFinite(entry[1]),
  );
  const library = LIBRARIES[definition.kind.format];
  const datasets = [...new Set(definition.data.map(({ path }) => datasetName(path)))];
  const tags = ['assay', definition.kind.format].filter((tag) => tag !== 'unknown');
  const theirTags = Array.isArray(theirs.tags) ? theirs.tags.filter((tag) => typeof tag === 'string') : [];
  const value = {
    ...(licence === null ? {} : known ? { license: licence } : { license: 'other', license_name: definition.licence }),
    ...(library ? { library_name: library } : {}),
    tags: [...new Set([...tags, ...theirTags])],
    ...(datasets.length > 0 ? { datasets } : {}),
    ...(metrics.length > 0 ? { metrics: metrics.slice(0, MAX_METRICS).map(([key]) => key) } : {}),
    ...(metrics.length > 0 ? { 'model-index': [index(definition.model, datasets[0], metrics)] } : {}),
    ...Object.fromEntries(Object.entries(theirs).filter(([key]) => key !== 'tags' && !OURS.includes(key))),
  };
  return `---\n${stringify(value, { lineWidth: 0, aliasDuplicateObjects: false })}---\n`;
}

function index(name: string, dataset: string | undefined, metrics: readonly [string, number][]) {
  return {
    name,
    results: [
      {
        task: { type: 'other' },
        dataset: { type: 'other', name: dataset ?? 'not recorded' },
        metrics: metrics.slice(0, MAX_METRICS).map(([type, value]) => ({ type, value })),
      },
    ],
  };
}

/** The Hub takes names of letters, digits, `-`, `_` and `.` only. */
const datasetName = (path: string): string => path.replace(/^.*\//, '').replaceAll(/[^\w.-]+/g, '-') || 'data';

function read(text: string, file: string): Record<string, unknown> {
  const document = parseDocument(text, { logLevel: 'silent' });
  try {
    if (document.errors.length > 0) throw document.errors[0]!;
    const value: unknown = document.toJS({ maxAliasCount: 0 });
    if (value === null) return {};
    if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // told below
  }
  throw new AppError(
    'CONFLICT',
    `The metadata at the top of ${file} cannot be read as YAML. Mend it or delete it, then write the card again.`,
  );
}
