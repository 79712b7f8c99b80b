const POWERS: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
  TIB: 2 ** 40,
};

/** Bytes of a number or of a text such as `50 MB` (powers of 1000) or `1.5 GiB` (powers of 1024); null for what is neither. */
export function parseBytes(value: number | string): number | null {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value : null;
  const match = /^\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*$/.exec(value);
  const power = match && POWERS[match[2]!.toUpperCase()];
  return power ? Math.round(Number(match[1]) * power) : null;
}
