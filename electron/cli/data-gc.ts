import pc from 'picocolors';
import type { GcKeep } from '../../shared/contract/datasets.ts';
import { AppError } from '../../shared/errors.ts';
import type { Plan } from '../services/datasets/gc-plan.ts';
import { collectedLines } from '../services/datasets/result-lines.ts';
import type { DataCommands, Json } from './data-session.ts';
import { short } from './data-text.ts';
import { bytes, printable, table } from './output.ts';

const SCOPES = ['branches', 'tags', 'commits', 'runs'] as const;
const SHOWN = 20;

type Options = { dryRun?: boolean; keep?: string; undo?: string | true; trash?: boolean; empty?: string } & Json;

/** `assay data gc`: what nobody needs goes to a trash, from where it can be restored. */
export function addGcCommand({ data, inSession, done }: DataCommands): void {
  data
    .command('gc')
    .description('move what nobody needs out of the cache; it can be restored for 14 days')
    .option('--dry-run', 'only say what would go, and why')
    .option(
      '--keep <what>',
      "whose versions are kept beside the working copy's: workspace, or some of branches,tags,commits,runs",
      SCOPES.join(','),
    )
    .option('--undo [id]', 'put what was collected back: the last time, or one of --trash')
    .option('--trash', 'list what can be put back')
    .option('--empty <id>', 'delete what was collected for good')
    .option('--json', 'print one JSON value')
    .action(({ dryRun = false, keep, undo, trash = false, empty, ...options }: Options) =>
      inSession(options, async ({ services: { datasets }, project: { id: project } }, output, task) => {
        if (trash) {
          const all = datasets.trash(project);
          return output.result({ trash: all }, () => trashText(all));
        }
        if (empty !== undefined) {
          await datasets.emptyTrash({ project, id: empty }, task);
          return output.result({ emptied: empty }, () => `Deleted ${printable(empty)}.`);
        }
        if (undo !== undefined) {
          const restored = await datasets.restoreTrash({ project, id: undo === true ? null : undo }, task);
          return output.result({ restored }, () => `Put ${restored} objects back into the cache.`);
        }
        const input = { project, keep: keepOf(keep ?? '') };
        if (dryRun) {
          const { garbage: _garbage, others: _others, ...plan } = await datasets.gcPlan(input, task);
          return output.result(plan, () => planText(plan));
        }
        const collected = await datasets.gc(input, task);
        const { plan } = collected;
        if (plan.unreadable.length > 0) done(1);
        output.result(
          { objects: plan.objects, bytes: plan.bytes, trash: collected.trash, unreadable: plan.unreadable },
          () =>
            [
              ...collectedLines(collected),
              ...(collected.trash === null ? [] : ['Undo it with "assay data gc --undo".']),
            ]
              .map(printable)
              .join('\n'),
        );
      }),
    );
}

function keepOf(text: string): GcKeep {
  const named = text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '' && one !== 'workspace');
  const wrong = named.find((one) => !(SCOPES as readonly string[]).includes(one));
  if (wrong !== undefined)
    throw new AppError(
      'BAD_REQUEST',
      `--keep takes workspace, or some of ${SCOPES.join(', ')} with commas between, not "${wrong}".`,
    );
  const has = (scope: (typeof SCOPES)[number]): boolean => named.includes(scope);
  return { branches: has('branches'), tags: has('tags'), commits: has('commits'), runs: has('runs') };
}

function planText(plan: Omit<Plan, 'garbage' | 'others'>): string {
  if (plan.unreadable.length > 0)
    return [
      pc.yellow('Nothing would go: something that may need it cannot be read.'),
      ...plan.unreadable.map(printable),
    ].join('\n');
  const kept = `${plan.kept.objects} objects (${bytes(plan.kept.bytes)}) are needed.`;
  if (plan.objects === 0) return `Nothing would go: ${kept}`;
  const rows = plan.entries
    .slice(0, SHOWN)
    .map(({ hash, bytes: size, why, last }) => [short(hash), bytes(size), printable(why), printable(last ?? '')]);
  const more =
    plan.entries.length > SHOWN ? [pc.dim(`… and ${plan.entries.length - SHOWN} more (--json has up to 1,000)`)] : [];
  const shared =
    plan.sharedWith.length > 0
      ? [`The cache is shared with ${plan.sharedWith.map(printable).join(', ')}; what they record stays.`]
      : [];
  return [
    table(['version', 'size', 'why', 'last in'], rows),
    ...more,
    `${pc.bold(`${plan.objects} objects (${bytes(plan.bytes)}) would go`)}; ${kept}`,
    ...shared,
  ].join('\n');
}

function trashText(all: readonly { id: string; objects: number; bytes: number; emptiedAt: number }[]): string {
  if (all.length === 0) return 'There is nothing to put back.';
  return table(
    ['id', 'objects', 'size', 'kept until'],
    all.map((one) => [
      one.id,
      String(one.objects),
      bytes(one.bytes),
      new Date(one.emptiedAt).toISOString().slice(0, 10),
    ]),
  );
}
