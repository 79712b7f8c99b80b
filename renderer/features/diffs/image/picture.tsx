import type { CSSProperties } from 'react';
import classes from './image.module.css';
import type { Size, View } from './zoom.ts';

type Props = {
  side: 'before' | 'after' | 'heat';
  address: string;
  /** null until a size is known; the picture is then loaded unseen */
  view: View | null;
  /** the box that holds both pictures, each at its upper left corner */
  box: Size | null;
  /** of the layer that covers the frame */
  style?: CSSProperties | undefined;
  onSize: (size: Size) => void;
  onBroken: () => void;
};

const ALT = { before: 'Before', after: 'After', heat: 'Where the pictures differ' } as const;

/** One of the pictures in the shared view. */
export function Picture({ side, address, view, box, style, onSize, onBroken }: Props) {
  return (
    <div className={classes.layer} style={style}>
      <div className={classes.centre} style={view && box ? placed(view, box) : { visibility: 'hidden' }}>
        <img
          src={address}
          alt={ALT[side]}
          draggable={false}
          style={{
            imageRendering: (view?.scale ?? 1) >= 2 ? 'pixelated' : undefined,
            // a heat map may have fewer pixels than the pictures that it is about
            width: side === 'heat' ? '100%' : undefined,
          }}
          onLoad={({ currentTarget: { naturalWidth: width, naturalHeight: height } }) => onSize({ width, height })}
          onError={onBroken}
        />
      </div>
    </div>
  );
}

/** Puts a box of the picture's own pixels into the middle of the frame, as the view wants it. */
export function placed(view: View, box: Size): CSSProperties {
  return {
    width: box.width,
    height: box.height,
    transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale}) translate(-50%, -50%)`,
  };
}
