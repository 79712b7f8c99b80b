import type { Router } from '@orpc/server';
import type { ServedAddress } from '../../shared/served-address.ts';
import type { ByteRange, ServedFile } from '../../shared/serving.ts';

/** What a server or a window needs of the services. */
export type HostServices = {
  // biome-ignore lint/suspicious/noExplicitAny: oRPC's own type of "a router of any contract"
  readonly router: Router<any, Record<never, never>>;
  /** Where the bytes of an address are. @throws AppError NOT_FOUND, BAD_REQUEST */
  servedFile(address: ServedAddress): Promise<ServedFile>;
  dispose(): Promise<void>;
};

/** A request as the handler sees it: no socket needed. */
export type Asked = {
  readonly method: string;
  /** The request target as it came, such as `/raw/a/b?download`. */
  readonly target: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The address of the other side, for counting failures. */
  readonly remote: string;
  readonly body?: string;
};

/** An answer: a text, or a part of a file. */
export type Reply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | { readonly file: string; readonly range: ByteRange | null };
};
