import { Outlet } from '@tanstack/react-router';
import { Suspense } from 'react';
import { FolderDialog } from '../features/projects/folder-dialog.tsx';
import { ProjectNotices } from '../features/projects/project-notices.tsx';
import { TrustDialog } from '../features/projects/trust-dialog.tsx';
import { LoadingPage } from '../ui/loading.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import classes from './frame.module.css';
import { Palette } from './palette.tsx';
import { Rail } from './rail.tsx';
import { useFollowTheme } from './scheme.ts';
import { ShortcutsDialog } from './shortcuts-dialog.tsx';
import { TopBar } from './top-bar.tsx';
import { useDocumentTitle } from './use-document-title.ts';
import { useShortcuts } from './use-shortcuts.ts';

/** Rail, top bar and the page between them; what is always at hand. */
export function Frame() {
  useFollowTheme();
  useDocumentTitle();
  useShortcuts();
  return (
    <div className={classes.frame}>
      <a className={classes.skip} href="#page">
        Skip to the page
      </a>
      <TopBar />
      <Rail />
      <div className={classes.body}>
        <ConnectionBanner />
        <ProjectNotices />
        <main id="page" tabIndex={-1} className={classes.page}>
          <Suspense fallback={<LoadingPage />}>
            <Outlet />
          </Suspense>
        </main>
      </div>
      <Palette />
      <ShortcutsDialog />
      <FolderDialog />
      <TrustDialog />
    </div>
  );
}
