/** Where the bytes of a download go. */
export type Sink = {
  /** bytes that are there already; a store goes on from here when it can */
  readonly offset: number;
  write(bytes: Uint8Array): void;
  /** forgets what is there: the store can only send the whole */
  restart(): void;
};

export type Stored = { readonly key: string; readonly size: number };

/** An object on its way to a remote. */
export type Outgoing = {
  readonly key: string;
  /** the file with its bytes, which does not change */
  readonly path: string;
  readonly size: number;
  /** of its bytes, in hex; null when it is not known */
  readonly md5: string | null;
};

/**
 * A place that keeps objects under keys such as `files/md5/ab/cdef…`. Every call ends soon after its signal aborts, with CANCELLED or whatever
 * the library says then. Errors are AppErrors without secrets; those for which `mayPass` holds are worth another try.
 */
export type RemoteStore = {
  /** for people, without secrets */
  readonly address: string;
  /** how much it bears at the same time, unless a person says otherwise */
  readonly jobs: number;
  /** Size of one object; null when it is not there, NaN when it is but the size is not told. */
  size(key: string, signal: AbortSignal): Promise<number | null>;
  /** All objects whose key begins so (it ends where a folder does, or anywhere with `anyPrefix`); null when the remote cannot list. */
  readonly list: ((prefix: string, signal: AbortSignal) => AsyncIterable<Stored>) | null;
  readonly anyPrefix: boolean;
  /**
   * Writes an object into the sink; false when it is not there. An answer that ends early is an error that may pass.
   */
  get(key: string, sink: Sink, signal: AbortSignal): Promise<boolean>;
  /** Stores a file so that the key has all of it or is not there. `onBytes` counts what has been sent, negative when it starts over. */
  put(object: Outgoing, signal: AbortSignal, onBytes: (count: number) => void): Promise<void>;
  close(): Promise<void>;
};
