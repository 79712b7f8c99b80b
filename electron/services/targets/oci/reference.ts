import { isIP } from 'node:net';
import { AppError } from '../../../../shared/errors.ts';

/** Where an OCI target is. */
export type Place = {
  /** `https://host:port`, where `/v2/` is */
  readonly origin: string;
  /** host and port as people write them in references */
  readonly host: string;
  /** without slashes at its ends; empty for none */
  readonly namespace: string;
};

const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;

/**
 * The `url` of an OCI target: `host[:port][/namespace]`, as docker writes it, or with `http://`, `https://` or `oci://` in front. Plain HTTP
 * is for loopback addresses (their default) and for `insecure` ones.
 * @throws AppError BAD_REQUEST naming what is wrong
 */
export function parsePlace(url: string, insecure = false): Place {
  const fail = (what: string): never => {
    throw new AppError('BAD_REQUEST', `The target's url ${what} Write host[:port]/namespace in assay.yaml.`);
  };
  const [, scheme, rest] = /^(?:([a-z]+):\/\/)?(.*)$/s.exec(url)!;
  if (scheme && !['http', 'https', 'oci'].includes(scheme)) fail(`begins with ${scheme}://, which no registry has.`);
  if (rest!.includes('@')) fail('has a user, a password or a digest in it, which belong elsewhere.');
  const [authority = '', ...parts] = rest!.replace(/\/+$/, '').split('/');
  const parsed = URL.parse(`http://${authority}`);
  if (authority === '' || !parsed || parsed.host === '' || parsed.pathname !== '/' || /[?#\\\s]/.test(authority))
    fail('has no host that can be read.');
  for (const part of parts)
    if (!COMPONENT.test(part))
      fail(
        `has the part "${part.slice(0, 100)}", which registries refuse: lower-case letters, digits and single . _ - only.`,
      );
  const loopback = isLoopback(parsed!.hostname);
  const plain = scheme === 'http' || (scheme === undefined && (insecure || loopback));
  if (plain && !loopback && !insecure)
    throw new AppError(
      'BAD_REQUEST',
      `The target would send its secret to ${parsed!.host} without encryption. Use https, or set insecure: true in assay.yaml when you know what you do.`,
    );
  const namespace = parts.join('/');
  // Docker Hub's registry answers under another name
  const host = parsed!.host === 'docker.io' ? 'registry-1.docker.io' : authority.toLowerCase();
  return {
    origin: `${plain ? 'http' : 'https'}://${host}`,
    host: parsed!.host === 'docker.io' ? 'docker.io' : host,
    namespace,
  };
}

export function isLoopback(hostname: string): boolean {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return (
    bare === 'localhost' || bare.endsWith('.localhost') || (isIP(bare) === 4 ? bare.startsWith('127.') : bare === '::1')
  );
}

/** `<namespace>/<model>`. @throws AppError BAD_REQUEST when it is longer than registries take */
export function repositoryOf(place: Place, model: string): string {
  const name = place.namespace === '' ? model : `${place.namespace}/${model}`;
  if (!COMPONENT.test(model) || name.length > 255)
    throw new AppError(
      'BAD_REQUEST',
      `The registry cannot have a repository ${name.slice(0, 100)}. Choose a shorter namespace.`,
    );
  return name;
}

/** `host/namespace/model:tag`, as every client takes it. */
export const referenceOf = (place: Place, model: string, tag: string): string =>
  `${place.host}/${repositoryOf(place, model)}:${tag}`;
