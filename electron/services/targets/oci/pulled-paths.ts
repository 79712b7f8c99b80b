import { AppError } from '../../../../shared/errors.ts';
import type { Descriptor } from './manifest.ts';
import { FILEPATH, TITLE } from './media-types.ts';

/**
 * Where each layer's file goes below a folder, as a path with `/`. Names come from whoever pushed them: none may lead out of the folder, and
 * no two may meet, also where upper and lower case are one.
 * @throws AppError BAD_REQUEST naming the layer
 */
export function pathsOf(layers: readonly Descriptor[], called: string): string[] {
  const fail = (path: string, what: string): never => {
    throw new AppError(
      'BAD_REQUEST',
      `${called} has a file ${JSON.stringify(path.slice(0, 200))}, ${what}. It was refused.`,
    );
  };
  const taken = new Set<string>();
  const folders = new Set<string>();
  const paths = layers.map((layer) => {
    const path = layer.annotations?.[FILEPATH] ?? layer.annotations?.[TITLE];
    if (path === undefined)
      throw new AppError(
        'BAD_REQUEST',
        `${called} has a layer ${layer.digest} without a file name. It was not pushed by Assay.`,
      );
    if (!isSafe(path)) fail(path, 'whose name leads elsewhere or cannot be one');
    const folded = path.toLowerCase().normalize('NFC');
    if (taken.has(folded)) fail(path, 'which is there twice');
    taken.add(folded);
    const parts = folded.split('/');
    for (let end = 1; end < parts.length; end++) folders.add(parts.slice(0, end).join('/'));
    return path;
  });
  const clash = [...taken].find((path) => folders.has(path));
  if (clash !== undefined) fail(clash, 'which is a folder as well');
  return paths;
}

const isSafe = (path: string): boolean =>
  path.length <= 1024 &&
  !/[\\\p{Cc}]/u.test(path) &&
  !/^[a-z]:/i.test(path) &&
  path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && Buffer.byteLength(part) <= 255);
