/** How a picture lies in its frame: `scale` px on the screen for each of its own, moved by `x`, `y` px of the screen from the middle. */
export type View = { readonly scale: number; readonly x: number; readonly y: number };
export type Size = { readonly width: number; readonly height: number };

const LEAST = 0.02;
const MOST = 64;

/** The view in which a picture is seen whole, never enlarged beyond whole pixels. */
export function fitted(picture: Size, frame: Size): View {
  const scale = Math.min(frame.width / Math.max(1, picture.width), frame.height / Math.max(1, picture.height));
  return { scale: scale >= 2 ? Math.floor(scale) : Math.min(1, scale) || 1, x: 0, y: 0 };
}

/** Enlarges by a factor so that the point under the pointer (px from the middle of the frame) stays where it is. */
export function zoomAt(view: View, factor: number, px: number, py: number): View {
  const scale = Math.min(MOST, Math.max(LEAST, view.scale * factor));
  const real = scale / view.scale;
  return { scale, x: px - (px - view.x) * real, y: py - (py - view.y) * real };
}

/** Moves the picture, but never wholly out of its frame. */
export function pan(view: View, dx: number, dy: number, picture: Size, frame: Size): View {
  const bound = (value: number, own: number, room: number): number => {
    const most = (own * view.scale + room) / 2 - 24;
    return Math.max(-most, Math.min(most, value));
  };
  return {
    ...view,
    x: bound(view.x + dx, picture.width, frame.width),
    y: bound(view.y + dy, picture.height, frame.height),
  };
}
