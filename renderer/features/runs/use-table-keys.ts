import { type RefObject, useEffect, useRef } from 'react';

export type TableKeys = {
  /** Moves the cursor by rows; with `extend` what is passed is checked. */
  move(by: number, extend: boolean): void;
  moveTo(end: 'first' | 'last'): void;
  page(direction: 1 | -1): void;
  draw(): void;
  check(): void;
  checkAll(): void;
  star(): void;
  rename(): void;
  open(): void;
  remove(): void;
  escape(): void;
  filter(): void;
};

const CONTROLS =
  'a, button, input, select, textarea, [role="slider"], [role="separator"], [role="option"], [contenteditable="true"]';

/**
 * The keys of the table, wherever the focus is on the page, but not while someone types or a dialog or menu is open. Keys that a control
 * has a use for itself (arrows, blank, Enter) are left to it.
 */
export function useTableKeys(table: RefObject<HTMLElement | null>, keys: TableKeys): void {
  const newest = useRef(keys);
  useEffect(() => {
    newest.current = keys;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.altKey || event.isComposing) return;
      const target = event.target instanceof Element ? event.target : null;
      if (target?.closest('input:not([type="checkbox"]), textarea, select, [contenteditable="true"]')) return;
      if (document.querySelector('[aria-modal="true"], [role="menu"]')) return;
      const busy = target !== null && target !== table.current && target.closest(CONTROLS) !== null;
      const action = actionOf(event, newest.current, busy);
      if (!action) return;
      event.preventDefault();
      if (event.key !== '/') table.current?.focus({ preventScroll: true });
      action();
    };
    window.addEventListener('keydown', onKey, true);
    return () => window.removeEventListener('keydown', onKey, true);
  }, [table]);
}

type Pressed = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey'>;

/** What a key means; undefined when it is not the table's. @param busy the focus is on a control that has its own use for some keys */
export function actionOf(event: Pressed, keys: TableKeys, busy: boolean): (() => void) | undefined {
  const { key, shiftKey } = event;
  if (event.ctrlKey || event.metaKey) return key === 'a' && !busy ? keys.checkAll : undefined;
  switch (key) {
    case 'j':
    case 'J':
      return () => keys.move(1, shiftKey);
    case 'k':
    case 'K':
      return () => keys.move(-1, shiftKey);
    case 'x':
      return keys.check;
    case 's':
      return keys.star;
    case 'e':
    case 'F2':
      return keys.rename;
    case '/':
      return keys.filter;
  }
  if (busy) return undefined;
  switch (key) {
    case 'ArrowDown':
      return () => keys.move(1, shiftKey);
    case 'ArrowUp':
      return () => keys.move(-1, shiftKey);
    case 'PageDown':
      return () => keys.page(1);
    case 'PageUp':
      return () => keys.page(-1);
    case 'Home':
      return () => keys.moveTo('first');
    case 'End':
      return () => keys.moveTo('last');
    case ' ':
      return keys.draw;
    case 'Enter':
      return keys.open;
    case 'Delete':
    case 'Backspace':
      return keys.remove;
    case 'Escape':
      return keys.escape;
  }
  return undefined;
}
