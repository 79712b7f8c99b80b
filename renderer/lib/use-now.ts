import { useEffect, useState } from 'react';

/** The time in epoch milliseconds, renewed every `everyMs`, for durations that run and times ago. 0 stops the clock. */
export function useNow(everyMs = 1000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (everyMs <= 0) return;
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
