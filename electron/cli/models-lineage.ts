import pc from 'picocolors';
import type { Lineage } from '../../shared/contract/models.ts';
import { findVersion, type Json, type ModelsCommands } from './models-session.ts';
import { printable } from './output.ts';

/** `assay models lineage [NAME@V]` */
export function addLineageCommand({ models, inSession }: ModelsCommands): void {
  models
    .command('lineage [version]')
    .description('data, code and run that a version was made from, and where it went; of all versions without NAME@V')
    .option('--json', 'print JSON')
    .action(async (text: string | undefined, options: Json) => {
      await inSession(options, async (session, output) => {
        const focus = text === undefined ? {} : await findVersion(session, text);
        const lineage = await session.services.modelViews.lineages.lineage(session.project.id, focus);
        output.result(lineage, () => lineageText(lineage));
        if (lineage.cut !== null) output.warn(lineage.cut);
      });
    });
}

type Node = Lineage['nodes'][number];

/** A tree per model version: what it was made from above it, where it went below it. */
export function lineageText({ nodes, edges }: Lineage): string {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const of = (id: string, side: 'from' | 'to'): Node[] =>
    edges.flatMap((edge) => (edge[side === 'from' ? 'to' : 'from'] === id ? (byId.get(edge[side]) ?? []) : []));
  const line = (node: Node, depth: number): string =>
    `${'  '.repeat(depth)}${pc.dim(node.kind.padEnd(7))} ${printable(node.title)} ${pc.dim(printable(node.subtitle))}${node.problem === null ? '' : pc.yellow(`  ${printable(node.problem)}`)}`;
  // every edge leads from an earlier kind to a later one: no way leads back
  const above = (id: string, depth: number): string[] =>
    of(id, 'from').flatMap((node) => [line(node, depth), ...above(node.id, depth + 1)]);
  const versions = nodes.filter(({ kind }) => kind === 'model');
  if (versions.length === 0)
    return 'No version of a model is there yet. "assay models register NAME --run ID" makes one.';
  return versions
    .map((node) =>
      [
        pc.bold(`${printable(node.title)} ${pc.dim(printable(node.subtitle))}`),
        ...made('made from', above(node.id, 2)),
        ...made(
          'pushed to',
          of(node.id, 'to').map((one) => line(one, 2)),
        ),
      ].join('\n'),
    )
    .join('\n\n');
}

const made = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`  ${title}`, ...lines];
