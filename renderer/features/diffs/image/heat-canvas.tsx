import { useEffect, useRef, useState } from 'react';
import { heatPixels } from './heat.ts';
import classes from './image.module.css';
import { placed } from './picture.tsx';
import type { Size, View } from './zoom.ts';

type Props = { before: string; after: string; view: View | null };

/** Where the two pictures differ, drawn over the dimmed one before. */
export function HeatCanvas({ before, after, view }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState<Size | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    const draw = async (): Promise<void> => {
      const [a, b] = await Promise.all([pixelsOf(before, stop.signal), pixelsOf(after, stop.signal)]);
      if (stop.signal.aborted || !canvas.current) return;
      if (a.width !== b.width || a.height !== b.height) {
        setProblem('The pictures have different sizes, so that no pixel can be compared with its own.');
        return;
      }
      canvas.current.width = a.width;
      canvas.current.height = a.height;
      canvas.current.getContext('2d')?.putImageData(new ImageData(heatPixels(a.data, b.data), a.width, a.height), 0, 0);
      setSize({ width: a.width, height: a.height });
    };
    draw().catch(() => {
      if (!stop.signal.aborted) setProblem('The difference could not be drawn in this browser.');
    });
    return () => stop.abort();
  }, [before, after]);
  return (
    <div className={classes.layer} data-heat>
      {problem ? <p className={classes.problem}>{problem}</p> : null}
      <div className={classes.centre} style={view && size ? placed(view, size) : { visibility: 'hidden' }}>
        <canvas
          ref={canvas}
          role="img"
          aria-label="Where the pictures differ"
          style={{ imageRendering: (view?.scale ?? 1) >= 2 ? 'pixelated' : undefined }}
        />
      </div>
    </div>
  );
}

async function pixelsOf(address: string, signal: AbortSignal): Promise<ImageData> {
  const answer = await fetch(address, { signal });
  if (!answer.ok) throw new Error(`The picture could not be fetched (${answer.status}).`);
  const bitmap = await createImageBitmap(await answer.blob());
  const sheet = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = sheet.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('This browser draws no canvas.');
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, bitmap.width, bitmap.height);
}
