import { formatPercent } from '../../lib/format.ts';
import classes from './machine.module.css';

type Props = {
  label: string;
  /** 0 to 100; null when the machine does not tell. */
  percent: number | null;
  /** In place of the percentage. */
  text?: string;
  note?: string;
};

/** A labelled bar. Full is not a warning: a busy machine is what one wants. */
export function Meter({ label, percent, text, note }: Props) {
  const shown = percent === null ? 0 : Math.min(100, Math.max(0, percent));
  return (
    <div className={classes.meter}>
      <span className={classes.label}>{label}</span>
      {/* biome-ignore lint/a11y/useSemanticElements: the browser's own meter cannot be drawn calmly */}
      <span
        className={classes.track}
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(shown)}
      >
        <span style={{ width: `${shown}%` }} />
      </span>
      <span className={classes.value}>
        {text ?? formatPercent(percent)}
        {note ? <span className={classes.note}> {note}</span> : null}
      </span>
    </div>
  );
}
