import { resolve } from 'node:path';
import { AppError } from '../../../../shared/errors.ts';
import { createWeb } from '../../web/web.ts';
import type { DeclaredTarget } from '../declared.ts';
import type { Driver, DriverOptions } from '../driver.ts';
import { createAuth } from './auth.ts';
import { MANIFEST } from './media-types.ts';
import { planModel } from './plan.ts';
import { pullModel } from './pull.ts';
import { pushModel } from './push.ts';
import { parsePlace, referenceOf, repositoryOf } from './reference.ts';
import { createRegistry } from './registry.ts';
import { readTags } from './tags.ts';
import { verifyModel } from './verify.ts';

export type DeclaredOci = Extract<DeclaredTarget, { type: 'oci' }>;

/**
 * A registry of OCI artifacts (distribution specification 1.1): a repository per model, a tag per version and alias, CNCF ModelPack inside.
 * @param piece bytes that go at a time when a large file is sent; for tests
 * @throws AppError BAD_REQUEST for a url or a `ca` that cannot be used
 */
export function openOci(declared: DeclaredOci, options: DriverOptions, { piece }: { piece?: number } = {}): Driver {
  const place = parsePlace(declared.url, declared.insecure);
  const web = createWeb({
    address: place.host,
    ...(declared.ca === undefined ? {} : { ca: resolve(options.root, declared.ca) }),
  });
  const registry = createRegistry(web, place, createAuth(web, place.origin, options.secret));
  const at = (name: string, tag: string) => ({
    repository: repositoryOf(place, name),
    tag,
    called: referenceOf(place, name, tag),
    piece,
  });

  return {
    async plan(version, signal) {
      const { model, version: tag } = version.definition;
      return planModel(registry, at(model, tag), version, signal);
    },
    async push(version, work) {
      const { model, version: tag } = version.definition;
      return pushModel(registry, at(model, tag), version, work);
    },
    async verify(version, pushed, work) {
      const { model, version: tag } = version.definition;
      await verifyModel(registry, at(model, tag), version, pushed, work);
    },
    async remote(name, signal) {
      return readTags(registry, repositoryOf(place, name), signal);
    },
    async setAlias(name, alias, version, signal) {
      const { repository, called } = at(name, version ?? alias);
      if (version === null) return removeTag(repository, alias, called, signal);
      const found = await registry.getManifest(repository, version, 'pull,push', signal);
      if (!found) throw new AppError('NOT_FOUND', `${called} is not there. Push it first.`);
      await registry.putManifest(repository, alias, found.text, found.mediaType || MANIFEST, signal);
    },
    async pull(name, version, folder, work) {
      return pullModel(registry, at(name, version), folder, work);
    },
    async test(signal) {
      const answer = await registry.ask({ method: 'GET', to: '/v2/', repository: null, access: 'pull', signal });
      if (answer.status !== 200) throw await registry.refusal(answer);
      answer.giveUp();
      const who = options.secret === null ? 'anonymously' : `as ${options.secret.user ?? 'the holder of a token'}`;
      return `${place.host} answers as a registry and lets you in ${who}.`;
    },
    async close() {
      web.close();
    },
  };

  /** Never by digest: that would take every tag of the manifest away, the version's own as well. */
  async function removeTag(repository: string, alias: string, called: string, signal: AbortSignal): Promise<void> {
    const answer = await registry.ask({
      method: 'DELETE',
      to: `${repository}/manifests/${alias}`,
      repository,
      access: 'pull,push,delete',
      signal,
    });
    if ([200, 202, 204, 404].includes(answer.status)) return answer.giveUp();
    if (![400, 405, 501].includes(answer.status)) throw await registry.refusal(answer);
    answer.giveUp();
    throw new AppError(
      'UNAVAILABLE',
      `${place.host} cannot take the tag ${called} away (${answer.status}). Point the alias to another version instead.`,
      { status: answer.status },
    );
  }
}
