/** The few web-standard globals that both sides have; anything more would let one side's world leak in here. */
declare const crypto: { getRandomValues<T extends Uint8Array>(bytes: T): T };
declare class Blob {
  constructor(parts?: readonly (string | ArrayBuffer | ArrayBufferView)[], options?: { type?: string });
  readonly size: number;
  readonly type: string;
  arrayBuffer(): Promise<ArrayBuffer>;
}
