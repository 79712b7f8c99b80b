import { AppError } from '../../../shared/errors.ts';
import { kindOf, publicUrl, type RemoteSettings } from './address.ts';
import type { RemoteStore } from './store.ts';

/** The store of a remote that is reached over a network; its library is loaded only now. */
export async function openStore(remote: RemoteSettings): Promise<RemoteStore> {
  if (URL.parse(remote.url) === null)
    throw new AppError(
      'BAD_REQUEST',
      `The url of the remote "${remote.name}" is no address. Correct it in .dvc/config.`,
    );
  switch (kindOf(remote.url)) {
    case 's3':
      return (await import('./s3.ts')).openS3(remote);
    case 'ssh':
      return (await import('./ssh.ts')).openSsh(remote);
    case 'http':
      return (await import('./http.ts')).openHttp(remote);
    default:
      throw new AppError('BAD_REQUEST', `Assay cannot reach ${publicUrl(remote.url)}. Use "dvc push" and "dvc pull".`);
  }
}
