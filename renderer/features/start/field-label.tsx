import classes from './start-page.module.css';

/** The name of a field, with a mark when it is not as it was in the run that is started again. */
export function FieldLabel({ text, changed }: { text: string; changed: boolean }) {
  return (
    <>
      {text}
      {changed ? <span className={classes.changed}>changed</span> : null}
    </>
  );
}
