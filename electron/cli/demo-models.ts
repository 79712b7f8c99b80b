import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pc from 'picocolors';
import type { Evaluation } from '../../shared/contract/gates.ts';
import type { Project } from '../../shared/contract/projects.ts';
import type { DataSide } from '../../shared/contract/tables.ts';
import type { Receipt } from '../../shared/contract/targets.ts';
import { AppError } from '../../shared/errors.ts';
import { startRegistry } from '../http/oci-registry/start.ts';
import { compareAndExport } from '../services/diffs/diff.ts';
import type { Services } from '../services/index.ts';
import { diffText } from './data-diff-text.ts';
import { bytes, type Output, printable, table } from './output.ts';

const MODEL = 'penguins';
const STOPPED = '1.1.0';
const APPROVED = '1.2.0';
const DATA = 'data/penguins.csv';
const MARKS = { pass: pc.green('pass'), fail: pc.red('fail'), inconclusive: pc.yellow('inconclusive') };

export type DemoModels = { failed: string[]; receipt: Receipt; auditEvents: number };

/**
 * The second half of the story: what changed in the data, which gate noticed, the version that passed and was approved, its push to a
 * registry on this machine, read back, and the log of it all.
 */
export async function tellModels(services: Services, project: Project, output: Output): Promise<DemoModels> {
  const { host } = services;
  const at = (version: string) => ({ project: project.id, name: MODEL, version });

  output.say(`${pc.bold('4. Data.')} In 2009 the birds were weighed in kilograms. What that did to the table:`);
  output.say(diffText(await dataDiff(services, project.id)));

  const stopped = await evaluationOf(services, at(STOPPED));
  output.say(
    `${pc.bold('5. Gates.')} ${MODEL} ${STOPPED} was trained on it. Every validation bird is right, since they have the same mistake; it is stopped all the same:`,
  );
  output.say(gateTable(stopped));

  const passed = await evaluationOf(services, at(APPROVED));
  const review = await host.reviews.get(at(APPROVED));
  output.say(`${pc.bold('6. Approval.')} The masses are in grams again, and ${MODEL} ${APPROVED} passes:`);
  output.say(gateTable(passed));
  const [decision] = review.decisions;
  output.say(
    printable(
      `   approved by ${decision?.by.name ?? 'nobody'}: ${decision?.comment ?? ''}${review.signature?.valid ? `; signed with the key ${review.signature.keyFingerprint.slice(0, 12)}` : ''}`,
    ),
  );

  const receipt = await pushed(services, project, output);
  const audit = await host.audit.verify({ project: project.id });
  if (audit.findings.length > 0) throw new AppError('INTERNAL_SERVER_ERROR', audit.findings[0]!.message);
  output.say(
    `${pc.bold('8. Audit.')} ${audit.events} events, each chained to the one before; the log is intact (head ${audit.head.slice(0, 12)})`,
  );
  return {
    failed: stopped.gates.filter((gate) => gate.verdict === 'fail').map((gate) => gate.id),
    receipt,
    auditEvents: audit.events,
  };
}

/** The data of the stopped version against the data of the champion of that time. */
async function dataDiff(services: Services, project: string): ReturnType<typeof compareAndExport> {
  const side = async (version: string): Promise<DataSide> => {
    const { definition } = await services.host.models.get({ project, name: MODEL, version });
    const use = definition.data.find(({ path }) => path === DATA);
    return { kind: 'version', path: DATA, rev: use?.hash?.replace(/^md5:/, '') ?? null };
  };
  const [before, after] = await Promise.all(
    [await side('1.0.0'), await side(STOPPED)].map((one) => services.datasets.locate({ project, side: one })),
  );
  return compareAndExport(before!, after!, {}, {});
}

async function evaluationOf(
  services: Services,
  on: { project: string; name: string; version: string },
): Promise<Evaluation> {
  const latest = await services.host.gates.latest(on);
  if (!latest) throw new AppError('NOT_FOUND', `The gates of ${on.name} ${on.version} were not checked.`);
  return latest.evaluation;
}

const gateTable = ({ gates }: Evaluation): string =>
  table(
    ['', 'gate', 'why'],
    gates.map((gate) => [MARKS[gate.verdict], gate.id, printable(gate.message)]),
  );

/** Pushes to a registry that lives as long as this takes, and says what the receipt says. */
async function pushed(services: Services, project: Project, output: Output): Promise<Receipt> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-demo-registry-'));
  const registry = await startRegistry({ folder, port: 0 });
  const file = join(project.root, 'assay.yaml');
  const before = readFileSync(file, 'utf8');
  try {
    output.say(`${pc.bold('7. Push.')} To an OCI registry on this machine, ${registry.host}:`);
    writeFileSync(file, before.replaceAll('localhost:5007', registry.host));
    const { job } = await services.host.targets.push({
      project: project.id,
      name: MODEL,
      version: APPROVED,
      target: 'local',
    });
    for await (const state of services.jobs.watch(job))
      if (state.state !== 'running' && state.state !== 'done')
        throw new AppError('UNAVAILABLE', state.error ?? 'The push did not end.');
    const receipt = (await services.host.targets.result({ job }))?.receipts[0];
    if (!receipt) throw new AppError('INTERNAL_SERVER_ERROR', 'The push left no receipt.');
    output.say(
      `   ${receipt.ref}\n   ${receipt.digest}\n   ${bytes(receipt.bytes)} sent; ${receipt.verified ? pc.green('every digest was read back and is right') : pc.red('not verified')}`,
    );
    return receipt;
  } finally {
    writeFileSync(file, before);
    await registry.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
