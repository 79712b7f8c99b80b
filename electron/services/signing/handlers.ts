import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import type { SigningService } from './service.ts';

/** Binds `contract.signing`. */
export function signingHandlers(signing: SigningService) {
  const os = implement(contract.signing);
  return {
    key: os.key.handler(() => signing.key()),
    sign: os.sign.handler(async ({ input: { project, name, version } }) => {
      const { file, fingerprint } = await signing.sign(project, name, version);
      return { file, fingerprint };
    }),
    verify: os.verify.handler(({ input: { project, name, version } }) => signing.verifyVersion(project, name, version)),
    trusted: os.trusted.handler(({ input }) => signing.trusted(input.project)),
  };
}
