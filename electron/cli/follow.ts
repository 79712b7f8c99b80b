import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { tryWatch } from '../services/launch/wait.ts';

const BLOCK = 65_536;

/**
 * Copies a run's output files to streams while they grow, until `exit.json` is there (or `gone` says that its process vanished).
 * Woken by the file system, and by a timer where it gives no notice (network mounts).
 */
export async function followRun(
  folder: string,
  sinks: { stdout: NodeJS.WritableStream; stderr: NodeJS.WritableStream },
  gone: () => boolean,
): Promise<void> {
  const tails = [tail(join(folder, 'stdout.log'), sinks.stdout), tail(join(folder, 'stderr.log'), sinks.stderr)];
  await new Promise<void>((resolve) => {
    const look = (): void => {
      const over = existsSync(join(folder, 'exit.json')) || gone();
      for (const one of tails) one.read();
      if (!over) return;
      clearInterval(timer);
      watcher?.close();
      resolve();
    };
    const timer = setInterval(look, 200);
    const watcher = tryWatch(folder, look);
    look();
  });
  for (const one of tails) one.close();
}

function tail(path: string, sink: NodeJS.WritableStream): { read(): void; close(): void } {
  let fd: number | null = null;
  let offset = 0;
  const block = Buffer.alloc(BLOCK);
  return {
    read() {
      if (fd === null && !existsSync(path)) return;
      fd ??= openSync(path, 'r');
      const { size } = fstatSync(fd);
      while (offset < size) {
        const got = readSync(fd, block, 0, BLOCK, offset);
        if (got === 0) return;
        sink.write(Buffer.from(block.subarray(0, got)));
        offset += got;
      }
    },
    close() {
      if (fd !== null) closeSync(fd);
    },
  };
}
