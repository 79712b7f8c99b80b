import { useParams } from '@tanstack/react-router';
import { PageHeader } from '../../ui/page-header.tsx';
import { AppSettings } from './app-settings.tsx';
import { ProjectSettings } from './project-settings.tsx';
import classes from './settings-page.module.css';

/** Settings of the open project, when there is one, and of Assay on this machine. */
export function SettingsPage() {
  const { project } = useParams({ strict: false }) as { project?: string };
  return (
    <div className={classes.page}>
      <PageHeader title="Settings" />
      <div className={classes.body}>
        {project ? <ProjectSettings key={project} project={project} /> : null}
        <AppSettings />
      </div>
    </div>
  );
}
