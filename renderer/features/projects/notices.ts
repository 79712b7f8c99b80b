import type { ProjectState } from '../../../shared/contract/projects.ts';

export type Notice = {
  id: string;
  tone: 'info' | 'warn' | 'bad';
  text: string;
  /** What its button does. */
  action?: 'init' | 'trust' | 'forget';
  /** It may be put away; what stops people from working may not. */
  closable: boolean;
};

/** What a person should know about a project before working in it, most urgent first. Pure. */
export function noticesOf(state: ProjectState): Notice[] {
  const { project, problems, git } = state;
  const notices: Notice[] = problems.map(({ code, message }) => ({
    id: code,
    tone: code === 'no_python' || code === 'git' ? 'warn' : 'bad',
    text: message,
    closable: code === 'no_python' || code === 'git',
    ...(code === 'missing' ? { action: 'forget' as const } : {}),
  }));
  if (!project.exists) return notices;
  const readOnly = problems.some((problem) => problem.code === 'read_only');
  if (!project.initialised && !readOnly) {
    notices.push({
      id: 'init',
      tone: 'info',
      text: 'This folder is not set up for Assay yet. Setting it up adds a folder .assay, which git ignores, and a file assay.yaml.',
      action: 'init',
      closable: true,
    });
  }
  if (!project.trusted && !readOnly) {
    notices.push({
      id: 'trust',
      tone: 'info',
      text: 'Not trusted: you can look at everything here, but Assay starts nothing from this folder.',
      action: 'trust',
      closable: false,
    });
  }
  if (git === null && !problems.some((problem) => problem.code === 'git')) {
    notices.push({
      id: 'no_git',
      tone: 'info',
      text: 'No git here: runs work, but the code that made them is not recorded. "git init" changes that.',
      closable: true,
    });
  }
  return notices;
}
