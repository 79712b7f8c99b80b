import { localStorageColorSchemeManager, useMantineColorScheme } from '@mantine/core';
import { useEffect } from 'react';
import { desktop } from '../lib/platform.ts';
import { useSettings } from '../lib/use-settings.ts';

/** This browser's copy of the theme setting, so that a page starts in the right one before the host has answered. */
export const schemeManager = localStorageColorSchemeManager({ key: 'assay.scheme' });

/** Sets light or dark on the document before the first paint (Mantine's own way is an inline script, which the CSP forbids). */
export function applySchemeBeforePaint(): void {
  const scheme = schemeManager.get('auto');
  const dark = scheme === 'dark' || (scheme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
}

/** Makes page and window follow the theme setting, wherever it was changed. */
export function useFollowTheme(): void {
  const { settings, loaded } = useSettings();
  const { setColorScheme } = useMantineColorScheme();
  useEffect(() => {
    if (!loaded) return;
    setColorScheme(settings.theme === 'system' ? 'auto' : settings.theme);
    void desktop()?.setTheme(settings.theme);
  }, [settings.theme, loaded, setColorScheme]);
}
