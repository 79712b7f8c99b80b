import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import { printable } from '../../web/problems.ts';
import { isTold, orNull, type Rest } from './rest.ts';

const Tags = z
  .array(z.object({ key: z.string(), value: z.string().default('') }))
  .default([])
  .transform((tags) => new Map(tags.map(({ key, value }) => [key, value])));

const Version = z.object({
  name: z.string(),
  version: z.coerce.string().regex(/^\d{1,18}$/),
  status: z.string().default('READY'),
  status_message: z.string().default(''),
  source: z.string().default(''),
  run_id: z.string().default(''),
  description: z.string().default(''),
  tags: Tags,
});
export type RegisteredVersion = z.infer<typeof Version>;

const Model = z.object({
  name: z.string(),
  aliases: z.array(z.object({ alias: z.string(), version: z.coerce.string() })).default([]),
});

const MAX_VERSIONS = 10_000;
/** A database registers at once; servers that copy artifacts take a while. */
const WAITS_MS = [50, 100, 200, 400, 800, ...Array.from({ length: 60 }, () => 1000)];

/** Where the aliases of a registered model point; null when there is no such model. */
export async function findModel(rest: Rest, name: string): Promise<{ aliases: Map<string, string> } | null> {
  const found = await rest.again(() =>
    orNull(rest.call('GET', 'registered-models/get', { name }, z.object({ registered_model: Model }))),
  );
  return found && { aliases: new Map(found.registered_model.aliases.map(({ alias, version }) => [alias, version])) };
}

export async function haveModel(rest: Rest, name: string, description: string): Promise<void> {
  await rest
    .again(() =>
      rest.call(
        'POST',
        'registered-models/create',
        { name, description, tags: [{ key: 'assay', value: 'yes' }] },
        z.object({}),
      ),
    )
    .catch((error: unknown) => {
      if (!isTold(error, 'RESOURCE_ALREADY_EXISTS', 'ALREADY_EXISTS')) throw error;
    });
}

/** All versions of a model, newest first. What comes is bounded: a server may go on for ever. */
export async function allVersions(rest: Rest, name: string): Promise<RegisteredVersion[]> {
  const found: RegisteredVersion[] = [];
  const tokens = new Set<string>();
  for (let page_token = ''; ; ) {
    const page = await rest.again(() =>
      rest.call(
        'GET',
        'model-versions/search',
        { filter: `name='${name}'`, max_results: 200, ...(page_token === '' ? {} : { page_token }) },
        z.object({ model_versions: z.array(Version).default([]), next_page_token: z.string().default('') }),
      ),
    );
    found.push(...page.model_versions.filter((version) => version.name === name));
    page_token = page.next_page_token;
    if (page_token === '') break;
    if (tokens.has(page_token) || found.length > MAX_VERSIONS || tokens.size > MAX_VERSIONS / 10)
      throw new AppError('UNAVAILABLE', `${rest.address} lists versions of ${name} without end. Check the server.`);
    tokens.add(page_token);
  }
  return found.sort((a, b) => Number(b.version) - Number(a.version));
}

/** A version by the registry's own number; null when it is not there. */
export async function getVersion(rest: Rest, name: string, version: string): Promise<RegisteredVersion | null> {
  const found = await rest.again(() =>
    orNull(rest.call('GET', 'model-versions/get', { name, version }, z.object({ model_version: Version }))),
  );
  return found?.model_version ?? null;
}

export async function createVersion(
  rest: Rest,
  input: { name: string; source: string; run_id: string; description: string; tags: Readonly<Record<string, string>> },
): Promise<RegisteredVersion> {
  const tags = Object.entries(input.tags).map(([key, value]) => ({ key, value }));
  const made = await rest.call(
    'POST',
    'model-versions/create',
    { ...input, tags },
    z.object({ model_version: Version }),
  );
  return made.model_version;
}

/** Waits until the server has registered it. @throws AppError UNAVAILABLE when it does not, or takes minutes */
export async function untilReady(rest: Rest, made: RegisteredVersion): Promise<void> {
  let { status, status_message } = made;
  for (const ms of WAITS_MS) {
    if (status === 'READY') return;
    if (status === 'FAILED_REGISTRATION') break;
    await rest.wait(ms);
    const now = await getVersion(rest, made.name, made.version);
    if (!now) break;
    ({ status, status_message } = now);
  }
  const why = printable(status_message);
  throw new AppError(
    'UNAVAILABLE',
    `${rest.address} did not register version ${made.version} of ${made.name} (${printable(status)}${why === '' ? '' : `: ${why}`}). Look at the server's log, then push again.`,
  );
}

/** Brings description and tags of a version to what they should be; tags of others stay. */
export async function describeVersion(
  rest: Rest,
  { name, version, description: before, tags: there }: RegisteredVersion,
  description: string,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  if (before !== description)
    await rest.again(() => rest.call('PATCH', 'model-versions/update', { name, version, description }, z.object({})));
  for (const [key, value] of Object.entries(tags))
    if (there.get(key) !== value)
      await rest.again(() => rest.call('POST', 'model-versions/set-tag', { name, version, key, value }, z.object({})));
}

/** Points an alias to a version (the registry's number), or removes it. */
export async function pointAlias(rest: Rest, name: string, alias: string, version: string | null): Promise<void> {
  const work =
    version === null
      ? rest.again(() => orNull(rest.call('DELETE', 'registered-models/alias', { name, alias }, z.object({}))))
      : rest.again(() => rest.call('POST', 'registered-models/alias', { name, alias, version }, z.object({})));
  await work.catch((error: unknown) => {
    if (isTold(error, 'ENDPOINT_NOT_FOUND'))
      throw new AppError(
        'UNAVAILABLE',
        `${rest.address} is older than MLflow 2.3 and has no aliases. Push without them, or renew the server.`,
      );
    throw error;
  });
}
