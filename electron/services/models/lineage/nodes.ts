import type { z } from 'zod';
import type { LineageNode, ModelDefinition } from '../../../../shared/contract/models.ts';
import type { Receipt } from '../../../../shared/contract/targets.ts';
import { bareHash, ids } from './graph.ts';
import type { KnownRun, ReadData } from './store.ts';

type Node = z.infer<typeof LineageNode>;

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** @param recorded the hashes of the path's versions in the history; null when that was not looked up */
export function dataNode(
  { path, hash, version }: Pick<ReadData, 'path' | 'hash' | 'version'>,
  recorded: ReadonlySet<string> | null,
): Node {
  const problem =
    hash === null
      ? 'Which version of this data was read was not recorded.'
      : recorded === null || recorded.has(bareHash(hash))
        ? null
        : 'This version of the data is not recorded in the history of this repository (any more).';
  return {
    id: ids.data(path, hash),
    kind: 'data',
    title: path,
    subtitle: version ?? (hash === null ? 'unknown version' : bareHash(hash).slice(0, 8)),
    ref: { path, ...(hash === null ? {} : { hash }), ...(version === null ? {} : { version }) },
    problem,
  };
}

export const codeNode = (commit: string, missing: boolean): Node => ({
  id: ids.code(commit),
  kind: 'code',
  title: commit.slice(0, 8),
  subtitle: 'commit',
  ref: { commit },
  problem: missing ? 'This repository does not have the commit. Fetch it with git.' : null,
});

/** @param known what this machine's index has of it; null when it is not there */
export function runNode(run: { id: string; name: string; experiment: string }, known: KnownRun | null): Node {
  const problem =
    known === null
      ? 'This run is not on this machine (any more). The definition keeps what it recorded.'
      : known.inTrash
        ? 'This run is in the trash.'
        : null;
  return {
    id: ids.run(run.id),
    kind: 'run',
    title: known?.name ?? run.name,
    subtitle: known?.experiment ?? run.experiment,
    ref: { run: run.id },
    problem,
  };
}

export const modelNode = ({ model, version, kind }: ModelDefinition): Node => ({
  id: ids.model(model, version),
  kind: 'model',
  title: `${model} ${version}`,
  subtitle: kind.title,
  ref: { name: model, version },
  problem: null,
});

/** @param digest of the version's definition, which a receipt must name */
export function receiptNode(receipt: Receipt, digest: string): Node {
  const problem = !receipt.verified
    ? 'What was pushed was never read back: whether it arrived is not known.'
    : receipt.definition !== digest
      ? 'It was pushed with another definition than the one that is here.'
      : null;
  return {
    id: ids.receipt(receipt.model, receipt.version, receipt.target),
    kind: 'receipt',
    title: receipt.target,
    subtitle: `${receipt.kind}, ${day(receipt.at)}`,
    ref: { target: receipt.target, name: receipt.model, version: receipt.version, url: receipt.url, at: receipt.ref },
    problem,
  };
}
