const RUN_ID = /^[0-9a-f]{32}$/;

/** True for a run id: a UUID as 32 lower-case hex digits (ours are version 7, so that they sort by time). */
export function isRunId(text: string): boolean {
  return RUN_ID.test(text);
}

/**
 * A new run id: UUIDv7 (RFC 9562 §5.7) without dashes.
 * @param nowMs epoch milliseconds that go into the first 48 bits
 * @param random 10 random bytes, for tests
 */
export function newRunId(
  nowMs: number = Date.now(),
  random: Uint8Array = crypto.getRandomValues(new Uint8Array(10)),
): string {
  const bytes = new Uint8Array(16);
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(nowMs / 2 ** (8 * (5 - i))) & 0xff;
  bytes.set(random, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
