/** Pixels row by row, RGBA. Sixteen bits where the image has more than eight. */
export type Pixels = {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;
};

/** What two images of one size have in common. Deltas are 0–255 over the largest channel difference of a pixel. */
export type PixelCounts = {
  readonly compared: number;
  readonly changed: number;
  readonly maxDelta: number;
  readonly meanDelta: number;
  /** changed pixels that are invisible on both sides: their colour differs, and their alpha is 0 */
  readonly hidden: number;
};

export type Pair = { readonly a: number; readonly b: number; readonly distance: number };

/** What the media thread can be asked. */
export type MediaCalls = {
  bmp: { input: { bytes: Buffer }; output: { pixels: Uint8Array<ArrayBuffer> } };
  compare: { input: { before: Pixels; after: Pixels }; output: PixelCounts };
  /** a picture of the differences whose longest side is at most `longest`, RGB */
  heat: {
    input: { before: Pixels; after: Pixels; longest: number };
    output: { width: number; height: number; data: Uint8Array<ArrayBuffer> };
  };
  /** hashes of 64 bits as two numbers of 32, high one first */
  similar: {
    input: { before: Uint32Array; after: Uint32Array; within: number; limit: number };
    output: { pairs: Pair[] };
  };
};
export type MediaCall = keyof MediaCalls;
export type MediaQuestion = { [K in MediaCall]: { call: K; input: MediaCalls[K]['input'] } }[MediaCall];
export type MediaAnswer = { readonly output: unknown } | { readonly error: string; readonly finding: string | null };
