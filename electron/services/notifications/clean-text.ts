import { MASK } from '../../../shared/secret-names.ts';

/** Forms of credentials that people paste into comments: user:password@, tokens by their well-known beginnings, keys in queries. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/(:\/\/)[^\s/?#@]*:[^\s/?#@]*@/g, `$1${MASK}@`],
  [/\b(?:hf_|gh[pousr]_|github_pat_|glpat-|xox[abeprs]-|sk-|dapi|npm_)[\w-]{12,}/g, MASK],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, MASK],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, MASK],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${MASK}`],
  [/([?&](?:sig|signature|token|access_token|key|api_key|password|secret|code)=)[^\s&#]+/gi, `$1${MASK}`],
  [/(hooks\.slack\.com\/services\/)\S+/gi, `$1${MASK}`],
];

/** Signs that reverse or hide text, and line ends that are none to a terminal. */
const DIRECTION = /[\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+/g;

/**
 * Text of unknown origin for a message to others: without control and direction characters (a line break stays when `lines`), without what
 * looks like a credential, and of at most `limit` characters, cut with an ellipsis.
 */
export function cleanText(text: string, limit: number, lines = false): string {
  // bounded first, so that no expression sees megabytes
  let clean = text.slice(0, limit * 4).toWellFormed();
  for (const [pattern, put] of SECRETS) clean = clean.replace(pattern, put);
  clean = clean
    .replace(lines ? /[^\P{Cc}\n]+/gu : /\p{Cc}+/gu, ' ')
    .replace(DIRECTION, ' ')
    .trim();
  return cutText(clean, limit);
}

/** At most `limit` UTF-16 units, never half a character, with an ellipsis when something is missing. */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
