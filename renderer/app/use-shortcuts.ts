import { useEffect, useRef } from 'react';
import { useActions } from './actions.ts';
import { createKeyReader } from './shortcuts.ts';

/** Listens for the keys of `SHORTCUTS`, but not while someone types or a dialog is open. */
export function useShortcuts(): void {
  const actions = useActions();
  const newest = useRef(actions);
  useEffect(() => {
    newest.current = actions;
  });
  useEffect(() => {
    const read = createKeyReader();
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      if (isTyping(event.target) || document.querySelector('[aria-modal="true"], [role="menu"]')) return;
      const action = read(event.key, event.timeStamp);
      if (!action) return;
      event.preventDefault();
      newest.current[action]();
    };
    // before the keys of the page in it, so that the second key of a pair is not taken for one of the page's
    window.addEventListener('keydown', onKey, true);
    return () => window.removeEventListener('keydown', onKey, true);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
