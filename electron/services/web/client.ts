/** What to send. A file's bytes are streamed, never held. */
export type WebBody =
  | string
  | Uint8Array
  /** `size` bytes of a file from `start` (0 when it is not said) */
  | { readonly file: string; readonly start?: number; readonly size: number }
  /** made anew for every try */
  | { readonly pieces: () => AsyncIterable<Uint8Array>; readonly size: number };

export type WebAsk = {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: WebBody;
  readonly signal: AbortSignal;
  /** counts the body's bytes as they leave; negative when they must be sent again */
  readonly onSent?: (count: number) => void;
  /** `manual` hands out the redirect as it is; GET and HEAD follow otherwise, never with `authorization` or cookies to another origin */
  readonly redirect?: 'follow' | 'manual';
  /** gives up after so long without a byte in either direction; two minutes when it is not said */
  readonly idleMs?: number;
};

export type WebAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** the address that answered in the end */
  readonly url: string;
  /** The body; must be read to its end or given up. */
  readonly stream: AsyncIterable<Uint8Array>;
  /** @throws AppError UNAVAILABLE beyond `maxBytes` (default 4 MiB) */
  text(maxBytes?: number): Promise<string>;
  json(maxBytes?: number): Promise<unknown>;
  giveUp(): void;
};

/** HTTP for targets and notifications. Errors are AppErrors without secrets (remotes/problems.ts says which may pass). */
export type Web = { ask(ask: WebAsk): Promise<WebAnswer>; close(): void };
