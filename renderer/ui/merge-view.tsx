import { MergeView as Merge, unifiedMergeView } from '@codemirror/merge';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import classes from './merge-view.module.css';

type Props = {
  before: string;
  after: string;
  /** Both texts beside each other, or one text with both. */
  split: boolean;
  label: string;
};

const MARGIN = 3;
const MIN_GAP = 8;
/** Beyond this the comparison becomes coarser instead of slow. */
const LIMITS = { scanLimit: 2000, timeout: 1500 };

const theme = EditorView.theme({
  '&': { fontSize: '12px', backgroundColor: 'transparent', color: 'var(--mantine-color-text)' },
  '.cm-scroller': { fontFamily: 'var(--mantine-font-family-monospace)', lineHeight: '18px' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--assay-muted)', border: 'none' },
  '.cm-content': { padding: '0' },
  '&.cm-focused': { outline: 'none' },
  '.cm-selectionBackground': { background: 'color-mix(in srgb, var(--assay-accent) 28%, transparent)' },
});

/** Two texts compared line by line and word by word, read-only; long equal parts are folded. Fills its parent. */
export function MergeView({ before, after, split, label }: Props) {
  const holder = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const parent = holder.current;
    if (!parent) return;
    const common: Extension[] = [
      lineNumbers(),
      EditorView.lineWrapping,
      EditorState.readOnly.of(true),
      EditorView.editable.of(false),
      EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
      theme,
    ];
    const collapse = { margin: MARGIN, minSize: MIN_GAP };
    const view = split
      ? new Merge({
          parent,
          a: { doc: before, extensions: common },
          b: { doc: after, extensions: common },
          collapseUnchanged: collapse,
          diffConfig: LIMITS,
          gutter: true,
        })
      : new EditorView({
          parent,
          state: EditorState.create({
            doc: after,
            extensions: [
              ...common,
              unifiedMergeView({
                original: before,
                mergeControls: false,
                collapseUnchanged: collapse,
                diffConfig: LIMITS,
                gutter: true,
              }),
            ],
          }),
        });
    return () => view.destroy();
  }, [before, after, split, label]);
  return <div ref={holder} className={classes.merge} data-split={split || undefined} />;
}
