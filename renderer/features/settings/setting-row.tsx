import type { ReactNode } from 'react';
import classes from './settings-page.module.css';

type Props = {
  label: string;
  /** What it does, in a sentence. */
  help?: ReactNode;
  /** The id of the control, so that the label belongs to it. */
  control?: string;
  children: ReactNode;
};

/** One setting: what it is on the left, its control on the right. */
export function SettingRow({ label, help, control, children }: Props) {
  return (
    <div className={classes.row}>
      <div>
        {control ? (
          <label className={classes.label} htmlFor={control}>
            {label}
          </label>
        ) : (
          <span className={classes.label}>{label}</span>
        )}
        {help ? <div className={classes.help}>{help}</div> : null}
      </div>
      <div className={classes.control}>{children}</div>
    </div>
  );
}
