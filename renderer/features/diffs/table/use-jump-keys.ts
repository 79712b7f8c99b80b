import { type RefObject, useEffect, useRef } from 'react';

/**
 * Keys of the grid wherever the focus is on the page, but not while someone types or a dialog or menu is open. `keys` by what `event.key` says.
 */
export function useJumpKeys(table: RefObject<HTMLElement | null>, keys: Readonly<Record<string, () => void>>): void {
  const newest = useRef(keys);
  useEffect(() => {
    newest.current = keys;
  });
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent): void => {
      if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
      const target = event.target instanceof Element ? event.target : null;
      if (target?.closest('input:not([type="checkbox"]), textarea, select, [contenteditable="true"]')) return;
      if (document.querySelector('[aria-modal="true"], [role="menu"]')) return;
      const action = newest.current[event.key];
      if (!action) return;
      event.preventDefault();
      if (event.key !== '/') table.current?.focus({ preventScroll: true });
      action();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [table]);
}
