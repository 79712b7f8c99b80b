import { describe, expect, it } from 'vitest';
import { dataUrlToBlob, fileName, seriesCsv } from './export-chart.ts';
import { seriesOf } from './figures/testing.ts';
import { groupKeys } from './group-keys.ts';
import { pointsToAsk, pointsToDraw } from './point-budget.ts';

const keys = (...names: string[]) => names.map((key) => ({ key, runs: 1, count: 1 }));

describe('groupKeys', () => {
  it('makes sections by prefix: plain ones first, the machine last, in natural order', () => {
    const sections = groupKeys(
      keys('val/acc', 'system/cpu', 'loss', 'train/loss10', 'train/loss9', 'layer/0/norm'),
      '',
    );
    expect(sections.map(({ name }) => name)).toEqual(['Metrics', 'layer', 'train', 'val', 'system']);
    expect(sections[2]?.keys.map(({ key }) => key)).toEqual(['train/loss9', 'train/loss10']);
  });
  it('searches by regular expression, and by text while that is unfinished', () => {
    expect(groupKeys(keys('a/loss', 'b/acc'), 'LOSS$')[0]?.keys).toMatchObject([{ key: 'a/loss' }]);
    expect(groupKeys(keys('w[0]', 'w1'), 'w[').flatMap((section) => section.keys)).toMatchObject([{ key: 'w[0]' }]);
    expect(groupKeys(keys('loss'), 'nothing')).toEqual([]);
  });
  it('takes a leading slash as part of a plain name', () => {
    expect(groupKeys(keys('/loss'), '')[0]?.name).toBe('Metrics');
  });
});

describe('points to draw', () => {
  it('follows the width and shares a chart between its runs', () => {
    expect(pointsToDraw(400, 1)).toBe(800);
    expect(pointsToDraw(401, 1)).toBe(1000);
    expect(pointsToDraw(800, 100)).toBe(600);
    expect(pointsToDraw(800, 10_000)).toBe(200);
  });
  it('asks for more when it smooths', () => {
    expect(pointsToAsk(400, 5, 0)).toBe(800);
    expect(pointsToAsk(400, 5, 0.6)).toBe(24_000);
    expect(pointsToAsk(400, 1, 0.6)).toBe(50_000);
  });
});

describe('exports', () => {
  it('writes every point with every digit', () => {
    const csv = seriesCsv('a,b', [{ run: { id: 'r1', name: '=cmd' }, series: seriesOf([0.1 + 0.2, Number.NaN]) }]);
    expect(csv.split('\r\n')).toEqual([
      'run_id,run,metric,step,time,value',
      `r1,'=cmd,"a,b",0,1970-01-01T00:16:40.000Z,0.30000000000000004`,
      `r1,'=cmd,"a,b",1,1970-01-01T00:16:41.000Z,NaN`,
      '',
    ]);
  });
  it('reads both kinds of data URL', async () => {
    expect(await dataUrlToBlob('data:image/svg+xml,%3Csvg%2F%3E').text()).toBe('<svg/>');
    const png = dataUrlToBlob('data:image/png;base64,AQID');
    expect(png.type).toBe('image/png');
    expect([...new Uint8Array(await png.arrayBuffer())]).toEqual([1, 2, 3]);
  });
  it('makes names that file systems take', () => {
    expect(fileName('val/acc (top 5)')).toBe('val-acc-top-5');
    expect(fileName('../..')).toBe('chart');
  });
});
