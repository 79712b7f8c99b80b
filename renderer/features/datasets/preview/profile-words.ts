import type { ColumnProfile } from '../../../../shared/contract/tables.ts';
import { formatCount, formatNumber } from '../../../lib/format.ts';

/** A share in per cent that never says 0 or 100 of what is not. */
export function shareWords(part: number, whole: number): string {
  if (whole === 0 || part === 0) return '0 %';
  if (part === whole) return '100 %';
  const percent = (part / whole) * 100;
  if (percent < 0.1) return '<0.1 %';
  if (percent > 99.9) return '>99.9 %';
  return `${percent < 10 || percent > 90 ? percent.toFixed(1) : percent.toFixed(0)} %`;
}

/** The line below a sparkline: what is most worth knowing of a column at a glance. */
export function briefWords({ rows, nulls, distinct, distinctExact, spread, min, max }: ColumnProfile): string {
  const empty = nulls > 0 ? `${shareWords(nulls, rows)} null` : '';
  if (rows === nulls) return rows === 0 ? 'no rows' : 'all null';
  if (distinct === 1) return ['one value', empty].filter(Boolean).join(' · ');
  const numbers = spread?.kind === 'numeric' ? [min, max].map((one) => formatNumber(Number(one), 3)) : null;
  if (!numbers && distinctExact && distinct === rows - nulls)
    return [empty, 'all different'].filter(Boolean).join(' · ');
  const range = numbers
    ? `${numbers[0]} … ${numbers[1]}`
    : `${distinctExact ? '' : '~'}${formatCount(distinct)} values`;
  return [empty, range].filter(Boolean).join(' · ');
}

/** Everything a profile says, as pairs. */
export function profileFacts(profile: ColumnProfile): [name: string, value: string][] {
  const { rows, nulls, distinct, distinctExact, min, max, mean, sd, quantiles } = profile;
  const facts: [string, string][] = [
    ['Rows', formatCount(rows)],
    ['Null', `${formatCount(nulls)} (${shareWords(nulls, rows)})`],
    ['Different values', `${distinctExact ? '' : 'about '}${formatCount(distinct)}`],
  ];
  if (min !== null) facts.push(['Smallest', min]);
  if (max !== null) facts.push(['Largest', max]);
  if (mean !== null) facts.push(['Mean', formatNumber(mean, 6)]);
  if (sd !== null) facts.push(['Standard deviation', formatNumber(sd, 6)]);
  if (quantiles) {
    const [p5, p25, p50, p75, p95] = quantiles.map((one) => formatNumber(one, 5));
    facts.push(['Median', p50!], ['Middle half', `${p25} … ${p75}`], ['5 to 95 %', `${p5} … ${p95}`]);
  }
  return facts;
}
