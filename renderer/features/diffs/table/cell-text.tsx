import classes from './cell.module.css';

/** A cell's value as text; NULL and the empty text look like neither each other nor the words. */
export function CellText({ value }: { value: string | null | undefined }) {
  if (value === undefined) return null;
  if (value === null) return <span className={classes.null}>NULL</span>;
  if (value === '') return <span className={classes.empty}>empty</span>;
  if (/^\s+$|^\s|\s$/.test(value)) return <Blanks value={value} />;
  return value;
}

/** Blanks at the ends, which nobody would see. */
function Blanks({ value }: { value: string }) {
  const [, before = '', text = '', after = ''] = /^(\s*)(.*?)(\s*)$/s.exec(value) ?? [];
  return (
    <>
      {before ? <span className={classes.blank}>{marks(before)}</span> : null}
      {text}
      {after ? <span className={classes.blank}>{marks(after)}</span> : null}
    </>
  );
}

function marks(blanks: string): string {
  return blanks.replaceAll('\t', '⇥').replaceAll('\r', '␍').replaceAll('\n', '␤').replaceAll(' ', '·');
}
