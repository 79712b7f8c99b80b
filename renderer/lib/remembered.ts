import { useCallback, useState } from 'react';

const PREFIX = 'assay.';

/** Reads what this browser remembered under a name; `fallback` when there is nothing, or nothing of use. */
export function remembered<T>(name: string, fallback: T): T {
  try {
    const text = localStorage.getItem(PREFIX + name);
    return text === null ? fallback : (JSON.parse(text) as T);
  } catch {
    return fallback;
  }
}

/** Remembers a small value in this browser. A full or forbidden storage is no reason to fail. */
export function remember(name: string, value: unknown): void {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Private windows may refuse; the value then lasts as long as the page.
  }
}

/** State that outlives the page, for places of handles and closed panels; never for what belongs in the address. */
export function useRemembered<T>(name: string, fallback: T): [T, (value: T) => void] {
  const [value, setValue] = useState(() => remembered(name, fallback));
  const set = useCallback(
    (next: T) => {
      setValue(next);
      remember(name, next);
    },
    [name],
  );
  return [value, set];
}
