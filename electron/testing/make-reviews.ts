import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Evaluation } from '../../shared/contract/gates.ts';
import { AppError } from '../../shared/errors.ts';
import { silentLog } from '../platform/log.ts';
import { digestOf } from '../services/audit/canonical.ts';
import { evaluationPath } from '../services/models/layout.ts';
import type { ReviewGates, ReviewNotice } from '../services/reviews/ports.ts';
import { createReviews } from '../services/reviews/service.ts';
import { noKeyring } from '../services/secrets/keyring.ts';
import { createSecrets } from '../services/secrets/service.ts';
import { createSigning } from '../services/signing/service.ts';
import type { ModelsWorld } from './make-models-world.ts';

type Asked = Pick<ModelsWorld, 'root' | 'id' | 'deps' | 'git' | 'audit' | 'models' | 'projects' | 'events'>;

/** Reviews over a world of models; gates that answer what a test wants, and freeze files as the real ones do. */
export function makeReviews(world: Asked) {
  const { root, id, git, audit, models, projects, events } = world;
  const said: ReviewNotice[] = [];
  const answer: {
    gates: Pick<Evaluation['gates'][number], 'id' | 'kind' | 'verdict'>[];
    outdated: string | null;
    checks: number;
  } = {
    gates: [{ id: 'metric:accuracy', kind: 'metric', verdict: 'pass' }],
    outdated: null,
    checks: 0,
  };
  let last: Evaluation | null = null;
  const gates: ReviewGates = {
    async check(project, name, version) {
      const { digest: definition } = await models.read(project, name, version);
      const verdicts = answer.gates.map((one) => one.verdict);
      const open: Omit<Evaluation, 'digest'> = {
        assay: 'evaluation/1',
        model: name,
        version,
        definition,
        declared: [],
        champion: null,
        at: Date.UTC(2026, 10, 24) + answer.checks++,
        by: 'T',
        assayVersion: '0',
        verdict: verdicts.includes('fail') ? 'fail' : verdicts.includes('inconclusive') ? 'inconclusive' : 'pass',
        gates: answer.gates.map((one) => ({
          ...one,
          title: one.id,
          value: 0.5,
          unit: null,
          bound: null,
          champion: null,
          interval: null,
          message: `${one.id} is 0.5`,
          evidence: [],
          slices: [],
        })),
      };
      last = { ...open, digest: digestOf(open) };
      return last;
    },
    latest: async () => (last ? { evaluation: last, outdated: answer.outdated } : null),
    async freeze(_, name, version, digest) {
      const path = join(root, evaluationPath(name, version, digest));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, JSON.stringify(last));
    },
    async get(_, name, version, digest) {
      const { digest: own, ...open } = JSON.parse(
        readFileSync(join(root, evaluationPath(name, version, digest)), 'utf8'),
      ) as Evaluation;
      if (own !== digest || digestOf(open) !== digest) throw new AppError('CONFLICT', 'This evaluation was changed.');
      return { digest: own, ...open };
    },
  };
  const secrets = createSecrets({
    folder: join(root, '..', 'assay-home'),
    log: silentLog,
    keyring: noKeyring,
    env: {},
  });
  const signing = createSigning({ projects, registry: models, audit, secrets });
  const reviews = createReviews({
    projects,
    registry: models,
    gates,
    signing,
    audit,
    git,
    events,
    clock: world.deps.clock,
    notify: async (_, what) => void said.push(what),
  });
  return { reviews, signing, secrets, answer, said, id };
}

/** Does something as another person, as git knows them. */
export async function as<T>(name: string, work: () => Promise<T>): Promise<T> {
  process.env.GIT_AUTHOR_NAME = name;
  process.env.GIT_AUTHOR_EMAIL = `${name.toLowerCase()}@example.invalid`;
  try {
    return await work();
  } finally {
    delete process.env.GIT_AUTHOR_NAME;
    delete process.env.GIT_AUTHOR_EMAIL;
  }
}
