import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { AppError } from '../../../shared/errors.ts';
import type { Out } from './dvc-file.ts';

/** What a stage of `dvc.yaml` made, as `dvc.lock` recorded it. */
export type StageOut = { readonly stage: string; readonly wdir: string; readonly out: Out };

type Loose = Record<string, unknown>;
const MAX_BYTES = 50_000_000;

/**
 * The outputs that `dvc.lock` records and DVC's cache keeps (`schema: '2.0'`; what DVC 1 wrote has stages at the top). What people write
 * about an output stands in `dvc.yaml` beside it.
 * @throws AppError BAD_REQUEST when it is no such file
 */
export function readStageOuts(root: string, lockPath: string): StageOut[] {
  const folder = dirname(join(root, lockPath));
  const definition = join(folder, 'dvc.yaml');
  const stages = existsSync(definition) ? asMap(asMap(readYaml(definition, 'dvc.yaml')).stages) : {};
  return stageOutsOf(readFileText(join(root, lockPath), lockPath), lockPath, stages);
}

/** The same from the texts of a commit. */
export function stageOutsIn(lockText: string, lockPath: string, definitionText: string | null): StageOut[] {
  const stages = definitionText === null ? {} : asMap(asMap(parseYaml(definitionText, 'dvc.yaml')).stages);
  return stageOutsOf(lockText, lockPath, stages);
}

function stageOutsOf(text: string, lockPath: string, stages: Loose): StageOut[] {
  // every value as text: a hash of digits only is no number
  const lock = asMap(parseYaml(text, lockPath, 'failsafe'));
  const recorded = lock.schema === undefined ? lock : asMap(lock.stages);
  const found: StageOut[] = [];
  for (const [name, entry] of Object.entries(recorded)) {
    // stages of a "foreach" or "matrix" are called name@item
    const base = asMap(stages[name] ?? stages[name.split('@')[0]!]);
    const definition = asMap(base.do ?? base);
    const wdir = typeof definition.wdir === 'string' ? definition.wdir : '.';
    if (wdir.includes('${')) continue;
    const described = describedOuts(definition);
    for (const item of asList(asMap(entry).outs)) {
      const one = asMap(item);
      if (typeof one.path !== 'string' || one.path === '') continue;
      const out = outOf(one, asMap(described.get(one.path)));
      if (out.cache) found.push({ stage: name, wdir, out });
    }
  }
  return found;
}

function outOf(recorded: Loose, described: Loose): Out {
  const md5 = typeof recorded.md5 === 'string' ? recorded.md5 : null;
  const number = (value: unknown): number | null => {
    const whole = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
    return Number.isSafeInteger(whole) ? whole : null;
  };
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  return {
    path: recorded.path as string,
    hash: md5 !== null && /^[0-9a-f]{32}(\.dir)?$/.test(md5) ? md5 : null,
    size: number(recorded.size),
    nfiles: number(recorded.nfiles),
    isexec: recorded.isexec === 'true',
    legacy: md5 !== null && recorded.hash === undefined,
    desc: text(described.desc),
    type: text(described.type),
    labels: asList(described.labels).filter((label) => typeof label === 'string'),
    meta: described.meta ?? null,
    cache: described.cache !== false,
    push: described.push !== false,
    remote: text(described.remote),
  };
}

/** `outs: [path, {path: {desc: …}}]`, and likewise metrics and plots, whose outputs are kept the same way. */
function describedOuts(definition: Loose): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const key of ['outs', 'metrics', 'plots'])
    for (const item of asList(definition[key]))
      if (item !== null && typeof item === 'object')
        for (const [path, description] of Object.entries(item)) found.set(path, description);
  return found;
}

const asMap = (value: unknown): Loose =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Loose) : {};
const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

const readYaml = (path: string, name: string): unknown => parseYaml(readFileText(path, name), name);

function readFileText(path: string, name: string): string {
  if (statSync(path).size > MAX_BYTES) throw new AppError('BAD_REQUEST', `${name} is larger than any such file.`);
  return readFileSync(path, 'utf8');
}

function parseYaml(text: string, name: string, schema: 'core' | 'failsafe' = 'core'): unknown {
  try {
    return parse(text, { maxAliasCount: 100, logLevel: 'silent', schema });
  } catch (error) {
    throw new AppError(
      'BAD_REQUEST',
      `${name} is no valid YAML (${String((error as Error).message).split('\n')[0]}). Correct the file, or take it back from git.`,
    );
  }
}
