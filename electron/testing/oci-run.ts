/**
 * A process that pushes a version to a registry, or pulls it, to be killed or starved: `node oci-run.ts push|pull HOST FOLDER`. Ends with 1 and a
 * sentence when that fails.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../shared/errors.ts';
import { openOci } from '../services/targets/oci/oci.ts';
import { outgoingVersion } from './outgoing-version.ts';

/** Eight pieces of this size. */
export const PIECE = 1024 * 1024;
export const LARGE = { 'model.onnx': Buffer.alloc(8 * PIECE, 'weights of a model ') };

if (import.meta.main) {
  const [what, host, folder] = process.argv.slice(2) as [string, string, string];
  const work = { signal: new AbortController().signal, onBytes: () => {} };
  const driver = openOci(
    { type: 'oci', url: `${host}/team` },
    { root: folder, name: 'hub', secret: null },
    { piece: PIECE },
  );
  try {
    if (what === 'push') {
      const version = outgoingVersion(folder, LARGE);
      await driver.verify(version, await driver.push(version, work), work);
    } else {
      const target = join(folder, 'in');
      mkdirSync(target);
      await driver.pull('churn', '1.0.0', target, work);
    }
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = 1;
  }
  await driver.close();
}
