import type { ChildProcess } from 'node:child_process';

/** The link that a host prints when it is ready. Rejects with what it printed when it ends instead. */
export function firstLink(host: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    host.stdout!.on('data', (piece: Buffer) => {
      text += piece.toString();
      const url = /http:\/\/\S+token=\S+/.exec(text)?.[0];
      if (url) resolve(url);
    });
    host.on('exit', (code) => reject(new Error(`the host ended with ${code}: ${text}`)));
  });
}
