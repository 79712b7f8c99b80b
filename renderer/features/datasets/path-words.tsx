import classes from './state-mark.module.css';

/** A path in one line; where it does not fit, its folders are cut and its name stays as long as it can. */
export function PathWords({ path }: { path: string }) {
  const at = path.lastIndexOf('/') + 1;
  return (
    <span className={classes.path}>
      {at > 0 ? <span className={classes.folders}>{path.slice(0, at)}</span> : null}
      <span className={classes.words}>{path.slice(at)}</span>
    </span>
  );
}
