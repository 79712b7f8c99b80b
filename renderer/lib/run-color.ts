export type Scheme = 'light' | 'dark';

/**
 * Sixteen colours that stay apart for the common kinds of colour blindness in their first eight, after Okabe and Ito (2008) and
 * Paul Tol's "muted" and "vibrant" schemes (SRON/EPS/TN/09-002), darkened or lightened so that lines keep a contrast of 3:1.
 */
const PALETTE: readonly { light: string; dark: string }[] = [
  { light: '#0072b2', dark: '#4da6de' },
  { light: '#d55e00', dark: '#f0813a' },
  { light: '#00875f', dark: '#2cc295' },
  { light: '#c2609a', dark: '#e29ac4' },
  { light: '#a86f00', dark: '#f0b429' },
  { light: '#4b3fa8', dark: '#9d93f0' },
  { light: '#2288bb', dark: '#7cc7f5' },
  { light: '#882255', dark: '#d0619b' },
  { light: '#7d7d1f', dark: '#c5c557' },
  { light: '#2a8f86', dark: '#63d1c6' },
  { light: '#cc3311', dark: '#f2694c' },
  { light: '#aa4499', dark: '#d885cb' },
  { light: '#117733', dark: '#5bb877' },
  { light: '#c4566b', dark: '#ee93a3' },
  { light: '#5b6b7b', dark: '#a9b7c6' },
  { light: '#8c5a2b', dark: '#cfa070' },
];

/** The palette of a scheme, for pickers. Lower-case `#rrggbb`. */
export function runPalette(scheme: Scheme): readonly string[] {
  return PALETTE.map((color) => color[scheme]);
}

/**
 * The colour of a run, the same wherever and next to whomever it is drawn: the one a person chose, else one that follows from its id
 * (FNV-1a, 32 bits). Lower-case `#rrggbb`.
 */
export function runColor(run: { id: string; color: string | null }, scheme: Scheme): string {
  if (run.color) return chosen(run.color.toLowerCase(), scheme);
  let hash = 0x811c9dc5;
  for (let i = 0; i < run.id.length; i++) hash = Math.imul(hash ^ run.id.charCodeAt(i), 0x01000193);
  hash ^= hash >>> 16;
  return PALETTE[(hash >>> 0) % PALETTE.length]![scheme];
}

/** A colour of the palette that was picked in one scheme shows as its twin in the other. */
function chosen(color: string, scheme: Scheme): string {
  return PALETTE.find((pair) => pair.light === color || pair.dark === color)?.[scheme] ?? color;
}
