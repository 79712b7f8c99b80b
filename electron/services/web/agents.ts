import { readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import { getCACertificates } from 'node:tls';
import { AppError } from '../../../shared/errors.ts';

export type Agents = { readonly plain: Agent; readonly secure: SecureAgent; close(): void };

/**
 * Connections that are kept alive, through the proxies of the environment.
 * @param ca absolute path of a PEM file with authorities to trust beside the system's
 * @throws AppError BAD_REQUEST when it cannot be read or has no certificate
 */
export function createAgents(ca: string | undefined): Agents {
  const keep = { keepAlive: true, maxSockets: 64, proxyEnv: process.env };
  const plain = new Agent(keep);
  const secure = new SecureAgent(
    ca === undefined ? keep : { ...keep, ca: [...getCACertificates(), readAuthority(ca)] },
  );
  return {
    plain,
    secure,
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
}

function readAuthority(path: string): string {
  const correct = 'Correct ca of the target in assay.yaml.';
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new AppError('BAD_REQUEST', `The file of authorities ${path} cannot be read. ${correct}`);
  }
  if (!text.includes('-----BEGIN CERTIFICATE-----'))
    throw new AppError('BAD_REQUEST', `The file ${path} has no certificate in PEM form. ${correct}`);
  return text;
}
