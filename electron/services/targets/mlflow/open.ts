import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import type { RetryPolicy } from '../../remotes/retry.ts';
import { printable } from '../../web/problems.ts';
import { createWeb } from '../../web/web.ts';
import type { DeclaredTarget } from '../declared.ts';
import type { Driver, DriverOptions } from '../driver.ts';
import { newestFirst } from '../newest-first.ts';
import { numbered, VERSION } from './names.ts';
import { planVersion } from './plan.ts';
import { pullVersion } from './pull.ts';
import { pushVersion } from './push.ts';
import { allVersions, findModel, pointAlias } from './registry.ts';
import { createRest } from './rest.ts';
import { DEFINITION } from './tracking.ts';
import { verifyVersion } from './verify.ts';

type Declared = Extract<DeclaredTarget, { type: 'mlflow' }>;

/** Above what a proxy in front commonly takes at once; S3 wants parts of 5 MB at least. */
const PART_BYTES = 100 << 20;

/**
 * An MLflow server, 2.3 or later: experiment, run, artifacts through its proxy, registered model, version and aliases
 * (anchors/lifecycle.md §3.1).
 * @throws AppError BAD_REQUEST for a url that is none
 */
export function openMlflow(
  declared: Declared,
  { name, secret }: DriverOptions,
  testing: { retry?: RetryPolicy; partBytes?: number } = {},
): Driver {
  const url = URL.parse(declared.url);
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '' || url.search !== '')
    throw new AppError(
      'BAD_REQUEST',
      `The target "${name}" wants the address of an MLflow server as url, such as https://mlflow.example.com, without user and password.`,
    );
  const base = `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
  const web = createWeb({ ca: declared.ca });
  const restOf = (signal: AbortSignal) => createRest({ web, base, name, secret, retry: testing.retry }, signal);
  const proven = new Set<string>();
  const experimentOf = (model: string): string => declared.experiment ?? model;

  return {
    plan: (version, signal) => planVersion(restOf(signal), version, experimentOf(version.definition.model)),
    push: (version, work) =>
      pushVersion(restOf(work.signal), version, work, {
        experiment: experimentOf(version.definition.model),
        partBytes: testing.partBytes ?? PART_BYTES,
        proven,
      }),
    async verify(version, pushed, work) {
      await verifyVersion(restOf(work.signal), version, pushed, work, proven);
      // the next time everything is read again
      proven.clear();
    },
    async remote(model, signal) {
      const rest = restOf(signal);
      const versions = (await allVersions(rest, model)).filter(({ tags }) => tags.has(DEFINITION) && tags.has(VERSION));
      const byNumber = new Map(versions.map(({ version, tags }) => [version, tags.get(VERSION)!]));
      const aliases = [...((await findModel(rest, model))?.aliases ?? [])].flatMap(([alias, number]) => {
        const version = byNumber.get(number);
        return version === undefined ? [] : [[alias, version] as const];
      });
      return { versions: [...new Set(byNumber.values())].sort(newestFirst), aliases: Object.fromEntries(aliases) };
    },
    async setAlias(model, alias, version, signal) {
      const rest = restOf(signal);
      const number =
        version === null ? null : numbered(await allVersions(rest, model), model, version, rest.address).version;
      await pointAlias(rest, model, alias, number);
    },
    pull: (model, version, folder, work) => pullVersion(restOf(work.signal), model, version, folder, work),
    async test(signal) {
      const rest = restOf(signal);
      await rest.call('POST', 'experiments/search', { max_results: 1 }, z.object({}));
      const told = await rest.ask({ method: 'GET', path: '/version' }, [401, 403, 404]);
      const version = told.status === 200 ? printable(await told.text(10_000).catch(() => '')).slice(0, 40) : '';
      if (told.status !== 200) told.giveUp();
      const proxy = await rest.ask(
        { method: 'GET', path: '/api/2.0/mlflow-artifacts/artifacts?path=' },
        [404, 501, 503],
      );
      proxy.giveUp();
      if (proxy.status !== 200)
        throw new AppError(
          'UNAVAILABLE',
          `${rest.address} answers, but does not pass on artifacts (${proxy.status}). Start it with "mlflow server --serve-artifacts --artifacts-destination …".`,
        );
      return `MLflow ${/^\d[\w.+-]*$/.test(version) ? version : 'of an unknown version'} answers at ${base}${secret ? ', and takes your name' : ' without a name'}.`;
    },
    close: async () => web.close(),
  };
}
