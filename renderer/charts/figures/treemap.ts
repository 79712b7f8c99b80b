import { formatBytes } from '../../lib/format.ts';
import { escapeText } from './bar.ts';
import { baseLayout, type ChartTheme, type Figure } from './figure.ts';

/** A box of a treemap: `size` is its area, `parent` the `path` of the box around it. `tone` 0 is the side before, 1 after, between them both. */
export type TreemapBox = {
  readonly path: string;
  readonly parent: string;
  readonly name: string;
  readonly size: number;
  readonly tone: number;
  readonly detail: string;
};

/** The same boxes, and in each box whose children are not all there one for the rest, so that no area lies bare. */
export function withRests(boxes: readonly TreemapBox[]): TreemapBox[] {
  const inside = new Map<string, number>();
  for (const { parent, size } of boxes) inside.set(parent, (inside.get(parent) ?? 0) + size);
  return [
    ...boxes,
    ...boxes.flatMap((box): TreemapBox[] => {
      const sum = inside.get(box.path);
      if (sum === undefined || box.size - sum <= 0) return [];
      return [{ ...box, path: `${box.path}/*`, parent: box.path, name: 'smaller ones', size: box.size - sum }];
    }),
  ];
}

/** Boxes inside boxes by changed bytes. The sizes of a box's children must not be more than its own. */
export function treemapFigure(
  root: { path: string; name: string; size: number },
  boxes: readonly TreemapBox[],
  theme: ChartTheme,
): Figure {
  const all = [{ ...root, parent: '', tone: 0.5, detail: '' }, ...boxes];
  return {
    data: [
      {
        type: 'treemap',
        ids: all.map((box) => `/${box.path}`),
        labels: all.map((box) => escapeText(box.name)),
        parents: all.map((box, at) => (at === 0 ? '' : `/${box.parent}`)),
        values: all.map((box) => box.size),
        customdata: all.map((box) => [formatBytes(box.size), escapeText(box.detail)]),
        branchvalues: 'total',
        maxdepth: 4,
        tiling: { pad: 2, squarifyratio: 1.4 },
        textinfo: 'label',
        texttemplate: '%{label}<br>%{customdata[0]}',
        hovertemplate: '<b>%{label}</b><br>%{customdata[0]} changed<br>%{customdata[1]}<extra></extra>',
        pathbar: { visible: false },
        marker: {
          colors: all.map((box) => box.tone),
          cmin: 0,
          cmax: 1,
          colorscale: [
            [0, theme.before],
            [0.5, theme.muted],
            [1, theme.after],
          ],
          line: { width: 1, color: theme.ground },
          pad: { t: 18, l: 2, r: 2, b: 2 },
        },
        opacity: 0.92,
        textfont: { size: 11 },
      },
    ],
    layout: {
      ...baseLayout(theme, root.path),
      hovermode: 'closest',
      hoverlabel: {
        bgcolor: theme.ground,
        bordercolor: theme.line,
        font: { color: theme.text, size: 11 },
        align: 'left',
      },
      margin: { l: 0, r: 0, t: 0, b: 0 },
    },
  };
}
