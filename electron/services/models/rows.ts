import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelRow, VersionRow } from '../../../shared/contract/models.ts';
import type { Definition } from '../projects/definition.ts';
import { NO_TAGS, pointersNow, type TagState } from './gto.ts';
import { newestFirst } from './index-reader.ts';
import type { Known } from './known.ts';
import { signaturePath } from './layout.ts';
import { APPROVED } from './names.ts';
import type { Registry } from './registry.ts';
import { findObject } from './store-place.ts';

const MOST_METRICS = 12;

type Pointers = { readonly of: Record<string, string>; readonly to: ReadonlyMap<string, string[]> };

/** Makes the rows of lists. What other services know is asked once for all of them. */
export async function rowMaker(registry: Registry, project: string) {
  const { deps, rootOf, allTags, store, stages } = registry;
  const root = rootOf(project);
  const [states, facts] = await Promise.all([allTags(project), deps.facts.rows(project)]);
  const place = store(project);
  const ownStages = stages(project);
  const named = metricsThatGatesName(definitionOrNull(registry, project));
  const pointers = new Map<string, Pointers>();

  const stateOf = (model: string): TagState => states.get(model) ?? NO_TAGS;
  const pointersOf = (model: string): Pointers => {
    const known = pointers.get(model);
    if (known) return known;
    // without the approval's own mark, which `approval` says already
    const { [APPROVED]: _approved, ...of } = pointersNow(stateOf(model));
    const to = new Map<string, string[]>();
    for (const [pointer, version] of Object.entries(of)) to.set(version, [...(to.get(version) ?? []), pointer]);
    pointers.set(model, { of, to });
    return { of, to };
  };
  const isStage = (pointer: string): boolean => ownStages.includes(pointer);

  const row = (known: Known): VersionRow => {
    const { model, version, digest } = known;
    const one = { name: model, version, digest };
    const own = pointersOf(model).to.get(version) ?? [];
    return {
      model,
      version,
      createdAt: known.createdAt,
      author: known.author,
      description: known.description,
      format: known.format,
      size: known.size,
      run: known.run,
      commit: known.commit,
      metrics: first(known.metrics, named(model)),
      aliases: own.filter((pointer) => !isStage(pointer)).sort(),
      stage: ownStages.findLast((stage) => own.includes(stage)) ?? null,
      deprecated: stateOf(model).deprecated.has(version),
      gates: facts.gates(one),
      ...facts.review(one),
      signed: existsSync(join(root, signaturePath(model, version))),
      pushedTo: facts.pushedTo(one),
      present: known.files.every((file) => findObject(place, file) !== null),
    };
  };

  const modelRow = (name: string, versions: readonly Known[]): ModelRow => {
    const sorted = [...versions].sort((a, b) => newestFirst(a.version, b.version));
    const { of } = pointersOf(name);
    const some = (wanted: boolean): Record<string, string> =>
      Object.fromEntries(Object.entries(of).filter(([pointer]) => isStage(pointer) === wanted));
    return {
      name,
      versions: sorted.length,
      latest: row(sorted.find(({ version }) => !stateOf(name).deprecated.has(version)) ?? sorted[0]!),
      aliases: some(false),
      stages: some(true),
      openReviews: sorted.filter(
        ({ version, digest }) => facts.review({ name, version, digest }).approval === 'requested',
      ).length,
    };
  };

  /** Whether every word stands somewhere in name, version, format, alias, stage or run. */
  const fits = (known: Known, words: readonly string[]): boolean => {
    if (words.length === 0) return true;
    const pointing = pointersOf(known.model).to.get(known.version) ?? [];
    const { model, version, format, run } = known;
    const text = [model, version, `${model}@${version}`, format, ...pointing, run?.name ?? '', run?.id ?? ''];
    const all = text.join('\n').toLowerCase();
    return words.every((word) => all.includes(word));
  };

  return { row, modelRow, fits };
}

function definitionOrNull({ deps }: Registry, project: string): Definition | null {
  try {
    return deps.projects.definition(project);
  } catch {
    return null;
  }
}

function metricsThatGatesName(definition: Definition | null): (model: string) => readonly string[] {
  const gates = definition?.gates ?? {};
  return (model) =>
    [...(gates[model] ?? []), ...(gates['*'] ?? [])].flatMap((gate) => ('metric' in gate ? [gate.metric] : []));
}

function first(metrics: Known['metrics'], named: readonly string[]): VersionRow['metrics'] {
  const chosen = new Set([...named.filter((key) => Object.hasOwn(metrics, key)), ...Object.keys(metrics).sort()]);
  return Object.fromEntries([...chosen].slice(0, MOST_METRICS).map((key) => [key, metrics[key]!]));
}
