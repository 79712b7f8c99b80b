import type { Series } from '../../shared/layout/series.ts';
import { csvCell } from '../lib/csv.ts';
import { fullNumber } from '../lib/format.ts';
import { saveFile } from '../lib/platform.ts';
import type { Figure } from './figures/figure.ts';
import { loadPlotly } from './load-plotly.ts';

const WIDTH = 960;
const HEIGHT = 540;
const LEGEND_MAX = 24;

/** Saves a figure as a picture of 960 × 540 (a PNG at twice that), on the ground of the scheme, with its name as title. */
export async function savePicture(figure: Figure, title: string, format: 'png' | 'svg', ground: string): Promise<void> {
  const plotly = await loadPlotly();
  const layout = {
    ...figure.layout,
    paper_bgcolor: ground,
    plot_bgcolor: ground,
    margin: { l: 64, r: 24, t: 44, b: 48 },
    showlegend: figure.data.length > 1 && figure.data.length <= LEGEND_MAX,
    legend: { orientation: 'h', y: -0.12 },
    title: { text: title.replaceAll('<', '&lt;'), font: { size: 14 }, x: 0.02, xanchor: 'left' },
  };
  const size = { width: WIDTH, height: HEIGHT };
  const url = await plotly.toImage({ data: figure.data, layout }, { format, ...size, scale: format === 'png' ? 2 : 1 });
  saveFile(`${fileName(title)}.${format}`, dataUrlToBlob(url));
}

/** What the data URL holds; reading it by `fetch` would need a hole in the page's CSP. */
export function dataUrlToBlob(url: string): Blob {
  const comma = url.indexOf(',');
  const head = url.slice(5, comma);
  const body = url.slice(comma + 1);
  const type = head.split(';')[0]!;
  if (!head.endsWith(';base64')) return new Blob([decodeURIComponent(body)], { type });
  return new Blob([Uint8Array.from(atob(body), (char) => char.charCodeAt(0))], { type });
}

/** A name that every file system takes. */
export function fileName(title: string): string {
  return title.replace(/[^\w.-]+/g, '-').replace(/^[-.]+|-+$/g, '') || 'chart';
}

/** One CSV row a point, with every digit: `run_id,run,metric,step,time,value`, time in ISO 8601. */
export function seriesCsv(key: string, all: readonly { run: { id: string; name: string }; series: Series }[]): string {
  const lines = ['run_id,run,metric,step,time,value'];
  for (const { run, series } of all) {
    const head = `${run.id},${csvCell(run.name)},${csvCell(key)}`;
    for (let i = 0; i < series.step.length; i++) {
      const time = new Date(series.time[i]! * 1000);
      const iso = Number.isNaN(time.getTime()) ? '' : time.toISOString();
      lines.push(`${head},${fullNumber(series.step[i]!)},${iso},${fullNumber(series.value[i]!)}`);
    }
  }
  return `${lines.join('\r\n')}\r\n`;
}
