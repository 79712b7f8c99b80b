import { cpus, homedir, hostname, totalmem } from 'node:os';
import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import type { SystemInfo } from '../../../shared/contract/system.ts';
import type { Events } from '../events.ts';

/** Binds `contract.system`. */
export function systemHandlers({
  events,
  version,
  mode,
}: {
  events: Events;
  version: string;
  mode: SystemInfo['mode'];
}) {
  const os = implement(contract.system);
  return {
    info: os.info.handler(() => ({
      version,
      mode,
      platform: process.platform,
      hostName: hostname(),
      home: homedir(),
      cores: cpus().length,
      memoryBytes: totalmem(),
    })),
    events: os.events.handler(({ signal }) => events.subscribe(signal)),
  };
}
