import { ActionIcon, Menu, Modal } from '@mantine/core';
import { IconDots, IconMaximize, IconZoomReset } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { saveFile } from '../lib/platform.ts';
import { notifyError } from '../ui/notify.ts';
import { Tip } from '../ui/tip.tsx';
import classes from './chart-card.module.css';
import { fileName, savePicture } from './export-chart.ts';
import type { Figure } from './figures/figure.ts';
import { useChartTheme } from './use-chart-theme.ts';

type Props = {
  title: string;
  /** Small and muted beside the title: "5 of 12 runs". */
  note?: ReactNode;
  /** Height of the drawing in px. */
  height?: number;
  /** Draws the chart into the whole of its parent; `full` on the full screen. */
  children: (place: 'card' | 'full') => ReactNode;
  /** What is saved as PNG or SVG, with the range that is shown; undefined while there is nothing to save. */
  picture?: () => Figure | undefined;
  /** Every point behind the chart, as CSV. */
  csv?: () => Promise<string>;
  /** Shown as a button while the chart is zoomed. */
  onReset?: (() => void) | undefined;
  onFull?: (full: boolean) => void;
};

/** The frame of every chart: its name, the full screen, and the ways out as PNG, SVG and CSV. */
export function ChartCard({ title, note, height = 220, children, picture, csv, onReset, onFull }: Props) {
  const [full, setFull] = useState(false);
  const [menu, setMenu] = useState(false);
  const theme = useChartTheme();
  const expand = (on: boolean): void => {
    setFull(on);
    onFull?.(on);
  };
  const save = async (format: 'png' | 'svg' | 'csv'): Promise<void> => {
    try {
      if (format === 'csv') {
        if (csv) saveFile(`${fileName(title)}.csv`, new Blob([await csv()], { type: 'text/csv;charset=utf-8' }));
        return;
      }
      const figure = picture?.();
      if (figure) await savePicture(figure, title, format, theme.ground);
    } catch (error) {
      notifyError(`The chart was not saved as ${format.toUpperCase()}`, error);
    }
  };
  return (
    <section className={classes.card} aria-label={title}>
      <header className={classes.head}>
        <span className={classes.title} title={title}>
          {title}
        </span>
        {note ? <span className={classes.note}>{note}</span> : null}
        <div className={classes.tools} data-open={menu ? '' : undefined}>
          {onReset ? <Tool label="Show everything again" icon={<IconZoomReset size={15} />} onClick={onReset} /> : null}
          <Tool label="Full screen" icon={<IconMaximize size={15} />} onClick={() => expand(true)} />
          <Menu position="bottom-end" opened={menu} onChange={setMenu} withinPortal>
            <Menu.Target>
              <ActionIcon size="sm" aria-label={`Save ${title}`}>
                <IconDots size={15} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item disabled={!picture} onClick={() => void save('png')}>
                Save as PNG
              </Menu.Item>
              <Menu.Item disabled={!picture} onClick={() => void save('svg')}>
                Save as SVG
              </Menu.Item>
              <Menu.Item disabled={!csv} onClick={() => void save('csv')}>
                Save all points as CSV
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </div>
      </header>
      <div className={classes.body} style={{ height }}>
        {children('card')}
      </div>
      <Modal opened={full} onClose={() => expand(false)} fullScreen title={title}>
        <div className={classes.full}>{full ? children('full') : null}</div>
      </Modal>
    </section>
  );
}

function Tool({ label, icon, onClick }: { label: string; icon: ReactNode; onClick: () => void }) {
  return (
    <Tip label={label}>
      <ActionIcon size="sm" aria-label={label} onClick={onClick}>
        {icon}
      </ActionIcon>
    </Tip>
  );
}

/** A word in the middle of a card's body, instead of a chart. */
export function ChartMessage({ children }: { children: ReactNode }) {
  return <div className={classes.message}>{children}</div>;
}
