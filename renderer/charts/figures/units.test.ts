import { expect, test } from 'vitest';
import type { Figure } from './figure.ts';
import { withUnit } from './units.ts';

const line: Figure = {
  data: [{ type: 'scatter' }],
  layout: { xaxis: { title: { text: 'step' } }, yaxis: { type: 'linear' } },
};
const bar: Figure = { data: [{ type: 'bar', x: [22_483_000] }], layout: { xaxis: {}, yaxis: { tickmode: 'array' } } };

test('bytes are written with SI prefixes, the steps of the runner are seconds', () => {
  expect(withUnit(line, 'system/memory_bytes').layout).toEqual({
    xaxis: { title: { text: 'seconds since start' } },
    yaxis: { rangemode: 'tozero', type: 'linear', tickformat: '.3~s', ticksuffix: 'B' },
  });
  expect(withUnit(line, 'system/gpu0_utilisation_percent').layout.yaxis).toMatchObject({ ticksuffix: ' %' });
});

test('a bar has its values on the x axis and in its text', () => {
  const figure = withUnit(bar, 'system/memory_bytes');
  expect(figure.layout.xaxis).toMatchObject({ ticksuffix: 'B' });
  expect(figure.layout.yaxis).toEqual({ tickmode: 'array' });
  expect(figure.data[0]).toMatchObject({ texttemplate: '%{x:.3~s}B' });
});

test('metrics of the script are left alone, whatever they are called', () => {
  expect(withUnit(line, 'cache_bytes')).toBe(line);
});
