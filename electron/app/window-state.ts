import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { BrowserWindow, Rectangle } from 'electron';
import { readJson, writeFileAtomic } from '../platform/files.ts';
import { isVisible, MIN_SIZE } from './window.ts';

export type WindowState = { readonly bounds: Rectangle; readonly maximized: boolean };

/** Where the window was last time; null when nothing usable is remembered or that screen is gone. */
export function readWindowState(file: string, screens: readonly Rectangle[]): WindowState | null {
  const { bounds, maximized } = (readJson(file) ?? {}) as { bounds?: Partial<Rectangle>; maximized?: unknown };
  const { x, y, width, height } = bounds ?? {};
  if (![x, y, width, height].every((value) => Number.isFinite(value))) return null;
  const found: Rectangle = {
    x: x!,
    y: y!,
    width: Math.max(width!, MIN_SIZE.width),
    height: Math.max(height!, MIN_SIZE.height),
  };
  return isVisible(found, screens) ? { bounds: found, maximized: maximized === true } : null;
}

/** Remembers where a window is. Not being able to is no reason to bother anybody. */
export function saveWindowState(file: string, window: Pick<BrowserWindow, 'getNormalBounds' | 'isMaximized'>): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileAtomic(file, JSON.stringify({ bounds: window.getNormalBounds(), maximized: window.isMaximized() }));
  } catch {
    // the window opens in its usual place next time
  }
}
