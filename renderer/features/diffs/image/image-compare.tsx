import { ActionIcon, Button, SegmentedControl, Slider } from '@mantine/core';
import { IconMinus, IconPlus } from '@tabler/icons-react';
import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import { EmptyState } from '../../../ui/empty-state.tsx';
import classes from './image.module.css';
import { Picture } from './picture.tsx';
import { SwipeHandle } from './swipe-handle.tsx';
import { STEP, useView } from './use-view.ts';
import type { Size } from './zoom.ts';

const MODES = [
  { value: 'swipe', label: 'Swipe' },
  { value: 'onion', label: 'Onion skin' },
  { value: 'difference', label: 'Difference' },
  { value: 'side', label: 'Side by side' },
] as const;
type Mode = (typeof MODES)[number]['value'];

const MOVE = 40;

type Props = {
  /** Addresses of the pictures; null where a side has none. */
  before: string | null;
  after: string | null;
  /** where they differ; null when that cannot be said */
  heat: string | null;
  mode: string | undefined;
  onMode: (mode: Mode) => void;
};

/** Two pictures in one view that zooms and moves in step: swiped, over each other, by their difference, or beside each other. */
export function ImageCompare({ before, after, heat, mode: asked, onMode }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const [sizes, setSizes] = useState<{ before?: Size; after?: Size }>({});
  const [broken, setBroken] = useState<ReadonlySet<string>>(new Set());
  const [place, setPlace] = useState(0.5);
  const [onion, setOnion] = useState(50);
  const both = before !== null && after !== null;
  const modes = MODES.filter((one) => heat !== null || one.value !== 'difference');
  const mode: Mode = both ? (modes.find((one) => one.value === asked)?.value ?? 'swipe') : 'side';
  const panes = mode === 'side' && both ? 2 : 1;
  const known = [sizes.before, sizes.after].filter((one) => one !== undefined);
  const picture =
    known.length > 0
      ? { width: Math.max(...known.map((one) => one.width)), height: Math.max(...known.map((one) => one.height)) }
      : null;
  const { view, size, zoom, move, fit, actual } = useView(frame, picture, panes);

  const drag = useRef<{ x: number; y: number } | null>(null);
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    drag.current = { x: event.clientX, y: event.clientY };
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent): void => {
    if (!drag.current) return;
    move(event.clientX - drag.current.x, event.clientY - drag.current.y);
    drag.current = { x: event.clientX, y: event.clientY };
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const moves: Record<string, () => void> = {
      ArrowLeft: () => move(MOVE, 0),
      ArrowRight: () => move(-MOVE, 0),
      ArrowUp: () => move(0, MOVE),
      ArrowDown: () => move(0, -MOVE),
      '+': () => zoom(STEP),
      '=': () => zoom(STEP),
      '-': () => zoom(1 / STEP),
      '0': fit,
      '1': actual,
    };
    const action = event.target === frame.current ? moves[event.key] : undefined;
    if (!action) return;
    event.preventDefault();
    action();
  };
  const pictureOf = (side: 'before' | 'after', address: string, style?: React.CSSProperties) => (
    <Picture
      key={side}
      side={side}
      address={address}
      view={view}
      box={picture}
      style={style}
      onSize={(natural) => setSizes((old) => ({ ...old, [side]: natural }))}
      onBroken={() => setBroken((old) => new Set(old).add(address))}
    />
  );
  const shown = [before, after].filter((address) => address !== null && !broken.has(address));
  return (
    <div className={classes.compare}>
      <div className={classes.tools}>
        {both ? (
          <SegmentedControl
            aria-label="How the pictures are compared"
            value={mode}
            onChange={(next) => onMode(next as Mode)}
            data={modes}
          />
        ) : null}
        {mode === 'onion' ? (
          <Slider
            className={classes.onion}
            size="sm"
            label={(value) => `${value} % after`}
            aria-label="How much of the picture after is seen"
            value={onion}
            onChange={setOnion}
          />
        ) : null}
        <span className={classes.space} />
        <ActionIcon aria-label="Smaller" onClick={() => zoom(1 / STEP)}>
          <IconMinus size={15} />
        </ActionIcon>
        <span className={classes.scale}>{view ? `${Math.round(view.scale * 100)} %` : ''}</span>
        <ActionIcon aria-label="Larger" onClick={() => zoom(STEP)}>
          <IconPlus size={15} />
        </ActionIcon>
        <Button variant="default" size="compact-xs" onClick={fit}>
          Fit
        </Button>
        <Button variant="default" size="compact-xs" onClick={actual}>
          1:1
        </Button>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a picture that is moved with keys and pointer, not a set of fields */}
      <div
        ref={frame}
        role="group"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the picture is moved and zoomed with keys
        tabIndex={0}
        aria-label="Pictures: arrows move them, plus and minus zoom, 0 fits"
        className={classes.frame}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={() => {
          drag.current = null;
        }}
        onKeyDown={onKeyDown}
      >
        {shown.length === 0 ? (
          <EmptyState title="These pictures cannot be shown">
            This browser cannot draw their format; their facts are in the table.
          </EmptyState>
        ) : mode === 'side' ? (
          <>
            {before ? <div className={classes.pane}>{pictureOf('before', before)}</div> : null}
            {after ? <div className={classes.pane}>{pictureOf('after', after)}</div> : null}
          </>
        ) : (
          <div className={classes.pane}>
            {before ? pictureOf('before', before) : null}
            {after
              ? pictureOf('after', after, {
                  ...(mode === 'swipe' ? { clipPath: `inset(0 0 0 ${place * 100}%)` } : {}),
                  ...(mode === 'onion' ? { opacity: onion / 100 } : {}),
                  ...(mode === 'difference' ? { opacity: heat && !broken.has(heat) ? 0 : 0.5 } : {}),
                })
              : null}
            {mode === 'difference' && heat ? (
              <Picture
                side="heat"
                address={heat}
                view={view}
                box={picture}
                onSize={() => {}}
                onBroken={() => setBroken((old) => new Set(old).add(heat))}
              />
            ) : null}
            {mode === 'difference' && heat && broken.has(heat) ? (
              <p className={classes.problem}>The picture of the differences could not be made.</p>
            ) : null}
            {mode === 'swipe' ? <SwipeHandle place={place} width={size?.width ?? 0} onPlace={setPlace} /> : null}
          </div>
        )}
      </div>
    </div>
  );
}
