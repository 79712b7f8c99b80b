export type Scheme = 'light' | 'dark';

/**
 * Twelve colours, found by a search for the largest smallest distance in OKLab (Ottosson 2020) between any two, as seen with full
 * colour vision and without red or green cones (Machado, Oliveira and Fernandes 2009, severity 1), under the condition that a line
 * has a contrast of 3:1 on its ground. The dark twin keeps the hue. The test measures all of it.
 */
const PALETTE: readonly { light: string; dark: string }[] = [
  { light: '#0f75ac', dark: '#3092b6' },
  { light: '#f5620f', dark: '#f2974f' },
  { light: '#5aa274', dark: '#6acba9' },
  { light: '#be2370', dark: '#e34176' },
  { light: '#9d71f6', dark: '#a5a9e7' },
  { light: '#032ea9', dark: '#7175ff' },
  { light: '#1e4f23', dark: '#99fa77' },
  { light: '#69166b', dark: '#fecafe' },
  { light: '#d96dac', dark: '#a9719b' },
  { light: '#921604', dark: '#ee5905' },
  { light: '#976424', dark: '#a58346' },
  { light: '#7243ba', dark: '#c779f4' },
];

/** The palette of a scheme, for pickers. Lower-case `#rrggbb`. */
export function runPalette(scheme: Scheme): readonly string[] {
  return PALETTE.map((color) => color[scheme]);
}

/**
 * The colour of a run, the same wherever and next to whomever it is drawn: the one a person chose, else the palette's by the run's place in the
 * project, so that twelve runs in a row never share one. Lower-case `#rrggbb`.
 */
export function runColor(run: { seq: number; color: string | null }, scheme: Scheme): string {
  if (run.color) return chosen(run.color.toLowerCase(), scheme);
  return PALETTE[run.seq % PALETTE.length]![scheme];
}

/** A colour of the palette that was picked in one scheme shows as its twin in the other. */
function chosen(color: string, scheme: Scheme): string {
  return PALETTE.find((pair) => pair.light === color || pair.dark === color)?.[scheme] ?? color;
}
